#!/usr/bin/env bats
# The command line as scripts see it: exit codes, what goes where, and nothing half done.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    cp "$BATS_TEST_DIRNAME/shop.json" .
}

# Runs with the streams apart: $output is the standard output, $errors the other.
apart() {
    status=0
    output=$("$@" 2>errors) || status=$?
    errors=$(cat errors)
}

# bash -e overlooks a failing "! command".
not() {
    if "$@"; then return 1; fi
}

same_but_wall_s() {
    diff <(grep -v '"wall_s"' "$1") <(grep -v '"wall_s"' "$2")
}

@test "a run whose expectations hold exits with 0 and prints a summary" {
    apart "$SPATE" run shop.json
    [ "$status" -eq 0 ]
    [[ $output == *"held     availability >= 99%"* ]]
    [ -z "$errors" ]
}

@test "a threshold that is crossed exits with 99, with the whole report" {
    apart "$SPATE" run shop.json --threshold 'p(99) < 1us' --out out
    [ "$status" -eq 99 ]
    [[ $output == *"CROSSED  p(99) < 1us"* ]]
    [ -s out/run.json ] && [ -s out/events.csv ] && [ -s out/timeseries.csv ]
}

@test "a threshold about what never happened has not held" {
    apart "$SPATE" run shop.json --set nodes.shoppers.rate=0.001/h --threshold 'p(99) < 1s'
    [ "$status" -eq 99 ]
    [[ $output == *"was undefined"* ]]
}

@test "what is wrong exits with 2, says where, and writes nothing" {
    sed -i 's/"rate"/"rat"/' shop.json
    apart "$SPATE" run shop.json --out out
    [ "$status" -eq 2 ]
    [[ $errors == *"shop.json:5:"* ]]
    [[ $errors == *'did you mean "rate"'* ]]
    [ -z "$output" ]
    [ ! -e out ]
}

@test "a wrong threshold is found before the run" {
    apart "$SPATE" run shop.json --threshold 'web.utilization < 80%' --out out
    [ "$status" -eq 2 ]
    [[ $errors == *'--threshold, column 5: there is no figure "utilization" of web'* ]]
    [[ $errors == *'did you mean "utilisation"?'* ]]
    [ ! -e out ]
    apart "$SPATE" run shop.json --threshold 'p(99) < 99%'
    [ "$status" -eq 2 ]
    [[ $errors == *"cannot compare a time with a share"* ]]
}

@test "a setting with a path that no parameter has is refused" {
    apart "$SPATE" run shop.json --set nodes.web.replcas=2
    [ "$status" -eq 2 ]
    [[ $errors == *'did you mean "replicas"'* ]]
}

@test "mistyped commands and options get a suggestion and exit with 2" {
    apart "$SPATE" rnu shop.json
    [ "$status" -eq 2 ]
    [[ $errors == *'did you mean "run"?'* ]]
    apart "$SPATE" run shop.json --seeed 3
    [ "$status" -eq 2 ]
    [[ $errors == *"did you mean --seed?"* ]]
    for words in "" "run" "run shop.json --seed -1" "run shop.json --seed x" \
        "run shop.json --replications 0" "run shop.json --jobs 0" "run nothing.json" \
        "run shop.json --format xml" "run shop.json --overlay nothing.json" \
        "run shop.json --duration 5" "run shop.json --out shop.json" "lab" "check" \
        "describe nodes.serve"; do
        # shellcheck disable=SC2086
        apart "$SPATE" $words
        [ "$status" -eq 2 ] || { echo "exit $status: $words"; return 1; }
        [ -n "$errors" ] || { echo "silent: $words"; return 1; }
    done
}

@test "the same command twice gives the same bytes but wall_s" {
    "$SPATE" run shop.json --format json >a.json
    "$SPATE" run shop.json --format json >b.json
    same_but_wall_s a.json b.json
    "$SPATE" run shop.json --seed 7 --format json >c.json
    not same_but_wall_s a.json c.json
}

@test "any number of jobs gives the same bytes" {
    for jobs in 1 2 5; do
        "$SPATE" run shop.json --replications 5 --jobs $jobs --out "out$jobs" --quiet
        same_but_wall_s out1/run.json "out$jobs/run.json"
        diff out1/events.csv "out$jobs/events.csv"
        diff out1/timeseries.csv "out$jobs/timeseries.csv"
    done
    grep -q '"ci95"' out1/run.json
}

@test "one replication has the intervals of its batches, or says why not" {
    "$SPATE" run shop.json --duration 60s --format json >run.json
    python3 - <<'PY'
import json
ci = json.load(open("run.json"))["ci95"]
assert ci["by"] == "batches" and ci["why_none"] is None, ci
mean = json.load(open("run.json"))["latency_ms"]["mean"]
assert ci["latency_ms"]["mean"][0] < mean < ci["latency_ms"]["mean"][1], ci
PY
    apart "$SPATE" run shop.json --duration 1s
    [ "$status" -eq 0 ]
    [[ $output == *"no confidence interval: only "*" requests ended, and batches need 1,000; --replications 5"* ]]
    "$SPATE" run shop.json --replications 3 --format json >run.json
    grep -q '"by": "replications"' run.json
}

@test "run.json on the standard output is the file of --out, and nothing else" {
    apart "$SPATE" run shop.json --format json --out out
    [ "$status" -eq 0 ]
    printf '%s\n' "$output" >printed.json
    diff printed.json out/run.json
    python3 -m json.tool out/run.json >/dev/null
}

@test "no temporary files are left" {
    "$SPATE" run shop.json --out out --quiet
    [ "$(find out -name '*.json' -o -name '*.csv' -o -name '*.html' | sort | tr '\n' ' ')" = "out/drawn.json out/events.csv out/manifest.json out/report.html out/run.json out/timeseries.csv " ]
    [ -z "$(find out -type f -not -name '*.json' -not -name '*.csv' -not -name '*.html' -not -path 'out/charts/*.svg' \
        -not -path out/metrics.om -not -path out/latency.hlog -not -path out/events.jsonl)" ]
    [ -s out/metrics.om ] && [ -s out/latency.hlog ] && [ -e out/events.jsonl ]
}

@test "what cannot be written exits with 1" {
    apart "$SPATE" run shop.json --out /proc/nothing/here
    [ "$status" -eq 1 ]
    status=0
    "$SPATE" run shop.json >/dev/full 2>errors || status=$?
    [ "$status" -eq 1 ]
    grep -q "cannot write to the standard output" errors
}

@test "an interrupt exits with 1, and what was played is reported as partial" {
    # A background job of a script ignores SIGINT; python does not.
    for word in SIGINT SIGTERM; do
        run python3 - "$SPATE" "$word" <<'PY'
import signal, subprocess, sys, time
run = subprocess.Popen([sys.argv[1], "run", "shop.json", "--duration", "300d", "--no-report", "--out", "out"])
time.sleep(1)
run.send_signal(getattr(signal, sys.argv[2]))
sys.exit(run.wait(60))
PY
        [ "$status" -eq 1 ]
        [[ $output == *"interrupted; what was played is reported, as partial"* ]]
        python3 -c 'import json; run = json.load(open("out/run.json")); assert run["partial"]["reason"] == "interrupted", run["partial"]'
        [ ! -e .out.spate ]
        rm -r out
    done
}

@test "a run ends at its limits, and says at which" {
    apart "$SPATE" run shop.json --duration 10h --max-events 100000 --out out
    [ "$status" -eq 1 ]
    [[ $errors == *"100000 events were played, which is the limit"* && $output == *"(partial)"* ]]
    python3 -c 'import json; run = json.load(open("out/run.json")); assert run["events"] == 100000 and run["partial"]'
    apart "$SPATE" run shop.json --duration 300d --max-wall 1s --quiet
    [ "$status" -eq 1 ] && [[ $errors == *"longer than --max-wall 1s"* ]]
    apart "$SPATE" run shop.json --max-memory 1MiB --duration 10h --quiet
    [ "$status" -eq 1 ] && [[ $errors == *"--max-memory is 0.00105 GB"* ]]
    apart "$SPATE" run shop.json --max-wall soon
    [ "$status" -eq 2 ]
    apart "$SPATE" run shop.json --max-events 0
    [ "$status" -eq 2 ]
}

@test "of replications that are stopped, those that were played to their end are reported" {
    apart "$SPATE" run shop.json --replications 3 --max-events 100 --out out
    [ "$status" -eq 1 ]
    [[ $errors == *"100 events were played, which is the limit; what was played is reported, as partial"* ]]
    python3 -c 'import json; run = json.load(open("out/run.json")); assert run["replications"] == 1 and run["partial"], run'
    # A hundred thousand would take minutes; a few take no time.
    apart "$SPATE" run shop.json --replications 100000 --max-wall 3s --out out
    [ "$status" -eq 1 ]
    [[ $errors == *"stopped after "*" of 100000 replications: it took longer than --max-wall 3s; these are reported, as partial"* ]]
    python3 - <<'PY'
import json
run = json.load(open("out/run.json"))
whole = run["replications"]
assert 2 <= whole < 100000, whole
assert run["partial"]["reason"] == "it took longer than --max-wall 3s"
# Means are of those that were played, not of those that were asked for.
assert all(0 <= (node["utilisation"] or 0) <= 1 for node in run["nodes"].values())
assert abs(run["nodes"]["web"]["instances"] - run["scenario"]["resolved"]["nodes"]["web"]["replicas"]) < 1e-6
PY
}

@test "a comparison that is stopped reports the replications that every variant has" {
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=2,4 --replications 100000 --max-wall 3s --out out
    [ "$status" -eq 1 ]
    [[ $errors == *"stopped after "*" replications of every variant: it took longer than --max-wall 3s; these are reported, as partial"* ]]
    grep -q "Partial: stopped after" out/compare.json
    apart "$SPATE" sweep shop.json --vary nodes.web.replicas=2..3 --replications 50 --max-events 100 --out none
    [ "$status" -eq 1 ]
    [[ $errors == *"fewer than two replications were played of every variant, so nothing was written"* ]]
    [ ! -e none ]
    for command in compare sweep; do
        apart "$SPATE" $command shop.json --vary nodes.web.replicas=2,4 --max-memory much
        [ "$status" -eq 2 ]
    done
}

@test "a lab and a search for faults keep to limits, too" {
    apart "$SPATE" lab CA-17 --max-events 1000
    [ "$status" -eq 1 ]
    [[ $errors == *"1000 events were played, which is the limit; nothing was written"* ]]
    apart "$SPATE" faults shop.json --max-wall never
    [ "$status" -eq 2 ]
}

@test "what would turn in circles, or eat all memory, ends with one message" {
    trust=$BATS_TEST_DIRNAME/trust
    for file in items_zeno items_eat_memory slice_eats_memory; do
        apart timeout 20 "$SPATE" run "$trust/$file.json" --quiet
        [ "$status" -eq 2 ]
    done
    apart timeout 60 "$SPATE" run "$trust/retry_zeno.json" --max-events-at-once 1000000 --quiet
    [ "$status" -eq 1 ]
    [[ $errors == *"time stands still: more than 1000000 events at "*"turn in circles at s;"* ]]
    apart bash -c "ulimit -v 600000; exec timeout 60 '$SPATE' run '$trust/database_queue_oom.json' --quiet"
    [ "$status" -eq 1 ]
    [[ $errors == *"out of memory"* ]]
}

@test "a scenario is read from the standard input" {
    apart "$SPATE" run - --format json <shop.json
    [ "$status" -eq 0 ]
    [[ $output == *'"name": "shop"'* ]]
    apart "$SPATE" run - </dev/null
    [ "$status" -eq 2 ]
}

@test "there is no colour in a pipe, nor with NO_COLOR set to anything, nor with --no-color" {
    apart "$SPATE" run shop.json
    [[ $output != *$'\033'* ]]
    coloured_on_terminal() { script -qec "$*" /dev/null </dev/null | grep -q $'\033\[1m'; }
    coloured_on_terminal "$SPATE run shop.json"
    for off in 0 1 no; do
        not coloured_on_terminal "NO_COLOR=$off $SPATE run shop.json"
    done
    not coloured_on_terminal "$SPATE run shop.json --no-color"
}

@test "--quiet is quiet" {
    apart "$SPATE" run shop.json --quiet
    [ "$status" -eq 0 ]
    [ -z "$output$errors" ]
}

@test "hostile names and texts are never obeyed by the terminal" {
    sed -i 's/"shop"/"\\u001b[31m\\u202eshop\\u0007"/' shop.json
    apart "$SPATE" run shop.json
    [ "$status" -eq 0 ]
    [[ $output != *$'\033'* && $output != *$'\a'* && $output == *'\u001b[31m'* ]]
    apart "$SPATE" run shop.json --threshold $'p(99) < \033[31m'
    [ "$status" -eq 2 ]
    [[ $errors != *$'\033'* ]]
    apart "$SPATE" $'\033[31m'
    [ "$status" -eq 2 ]
    [[ $errors != *$'\033'* ]]
    apart "$SPATE" run shop.json $'--\033[31m'
    [ "$status" -eq 2 ]
    [[ $errors != *$'\033'* ]]
}

@test "Korean names stay in their columns" {
    sed -i 's/"web"/"주문서버"/g' shop.json
    apart "$SPATE" run shop.json
    [ "$status" -eq 0 ]
    [[ $output == *"  주문서버 server "* ]]
}

@test "check tells all problems of all files, then what is ok" {
    sed 's/"rate"/"rat"/' shop.json >bad.json
    sed 's/availability >/availabilty >/' shop.json >worse.json
    apart "$SPATE" check shop.json bad.json worse.json
    [ "$status" -eq 2 ]
    [[ $output == *"bad.json:5:"*"worse.json:"+([0-9])":"+([0-9])": "*"availabilty"*"shop.json: ok"* ]]
    apart "$SPATE" check shop.json
    [ "$status" -eq 0 ]
}

@test "help teaches by examples, and --version names the program" {
    apart "$SPATE" --help
    [ "$status" -eq 0 ]
    [[ $output == *"spate run scenarios/"* ]]
    apart "$SPATE" run --help
    [ "$status" -eq 0 ]
    [[ $output == *"--threshold 'p(99) < 250ms'"* ]]
    apart "$SPATE" --version
    [[ $output =~ ^spate\ [0-9]+\.[0-9]+ ]]
}

@test "describe and schema print what there is" {
    apart "$SPATE" describe nodes.server
    [ "$status" -eq 0 ]
    [[ $output == *replicas* ]]
    "$SPATE" schema | python3 -m json.tool >/dev/null
}

@test "a CI server reads a suite of tests, and one that failed" {
    apart "$SPATE" run shop.json --quiet --junit good.xml
    [ "$status" -eq 0 ]
    grep -q 'tests="1" failures="0"' good.xml
    apart "$SPATE" run shop.json --quiet --junit bad.xml --threshold 'p(50) < 1us'
    [ "$status" -eq 99 ]
    grep -q 'tests="2" failures="1"' bad.xml
    grep -q '<failure message="p(50) &lt; 1us crossed">' bad.xml
    python3 -c 'import sys, xml.dom.minidom as xml; [xml.parse(name) for name in sys.argv[1:]]' good.xml bad.xml
}

@test "slow requests and collections have logs of their own, and only where somebody keeps them" {
    "$SPATE" run shop.json --quiet --out plain
    [ ! -e plain/slow.jsonl ] && [ ! -e plain/gc.log ]
    "$SPATE" run shop.json --quiet --out full --set nodes.web.slow_request=1us \
        --set 'nodes.web.heap={"log": true, "allocation_per_request": "8MiB"}' --set nodes.web.memory=8GiB
    [ "$(wc -l <full/slow.jsonl)" -gt 200 ]
    python3 -c 'import json; [json.loads(line) for line in open("full/slow.jsonl")]'
    grep -q 'info..gc. web.0. young GC(0) ' full/gc.log
}

@test "an expectation looks at a part of the run, and one outside of it is refused at its place" {
    cat >calm.json <<'JSON'
{"run": {"warm_up": "5s", "measure": "10s"}, "nodes": {
  "users": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
  "web": {"kind": "server", "cores": 4, "endpoints": {"get": [{"work": "5ms"}]}}}}
JSON
    apart "$SPATE" run calm.json --threshold 'availability during 6s..8s >= 99%' --threshold 'p(99) after 10s < 1s'
    [ "$status" -eq 0 ]
    [[ $output == *"held     availability during 6s..8s >= 99%"* ]]
    apart "$SPATE" run calm.json --threshold 'availability during 6s..8min >= 99%'
    [ "$status" -eq 2 ]
    [[ $errors == *"column 14: the window goes beyond the run, which ends at 15s"* ]]
    apart "$SPATE" run calm.json --threshold 'p(99) durin 6s..8s < 1s'
    [ "$status" -eq 2 ]
    [[ $errors == *'"during"'* ]]
}

@test "an export of what a run did not write says what to ask the scenario for" {
    echo '{"run": {"measure": "1s"}, "nodes": {"u": {"kind": "open_loop", "rate": "5/s", "calls": "w"}, "w": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}}}}' >bare.json
    "$SPATE" run bare.json --out bare --quiet
    run "$SPATE" export bare --to alb
    [ "$status" -eq 2 ]
    [[ $output == *"a scenario's run.logs.access says which nodes"* ]]
    run "$SPATE" export bare --to jaeger
    [[ $output == *"a scenario's run.traces says which requests"* ]]
}
