#!/usr/bin/env bats
# One diagnosis, wherever it is said: the report, run.json, the page, explain, compare, --watch.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    # Ten threads that each wait 100 ms for b carry 100/s of 150/s; no core is busy.
    cat >threads.json <<'JSON'
{
  "name": "too few threads",
  "run": {"warm_up": "2s", "measure": "20s"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "150/s", "calls": "a.get"},
    "a": {"kind": "server", "threads": 10, "cores": 8, "endpoints": {"get": [{"call": "b"}]}},
    "b": {"kind": "server", "threads": 500, "cores": 8, "endpoints": {"get": [{"wait": "100ms"}]}}
  }
}
JSON
    SAID="a limits the system: its threads are 100 % in use (10 of 10)"
}

@test "the report, run.json and the page name the culprit" {
    run "$SPATE" run threads.json --out out
    [ "$status" -eq 0 ]
    [[ $(echo $output) == *"$SAID"* ]]
    python3 -c 'import json, sys
run = json.load(open("out/run.json"))
first = run["diagnosis"]["findings"][0]
assert first["verdict"] == "bottleneck", first
assert (first["node"], first["resource"]["resource"]) == ("a", "threads"), first'
    grep -q "$SAID" out/report.html
}

@test "timeseries.csv and metrics.om have each resource over time" {
    "$SPATE" run threads.json --out out
    head -1 out/timeseries.csv | grep -q 'threads_size,threads_used,threads_waiting,threads_refused'
    grep -q '^resource_used{service="a",resource="threads"} 10' out/metrics.om
}

@test "explain names it, relieves it, and reads it back" {
    run "$SPATE" explain threads.json
    [ "$status" -eq 0 ]
    [[ $(echo $output) == *"$SAID"* ]]
    [[ $(echo $output) == *"What if nodes.a.threads 10 -> 40: availability"* ]]
    "$SPATE" run threads.json --out out
    run "$SPATE" explain out
    [[ $(echo $output) == *"$SAID"* ]]
}

@test "compare says what limited each variant" {
    run "$SPATE" compare threads.json --vary nodes.a.threads=10,40 --replications 2
    [ "$status" -eq 0 ]
    [[ $(echo $output) == *"What limited each: "*"$SAID"* ]]
    [[ $(echo $output) == *"Nothing is at its limit."* ]]
}

# Each culprit in a system of its own; what is said of it is the same sentence everywhere.
said_everywhere() {  # FILE WORDS...
    local file=$1
    shift
    "$SPATE" run "$file" --out out >text || [ $? -eq 99 ]
    "$SPATE" explain "$file" --what-if 0 >explained
    "$SPATE" explain out >read
    "$SPATE" compare "$file" "$file.too" --replications 1 --duration 60s >compared || [ $? -eq 99 ]
    for words in "$@"; do
        for place in text explained read compared; do
            [[ $(tr -s ' \n' ' ' <$place) == *"$words"* ]] || { echo "$place: no $words"; cat $place; return 1; }
        done
        grep -qF "$(echo "$words" | sed "s/'/\&#39;/g")" out/report.html || grep -qF "$words" out/report.html
    done
}

@test "a bad rollout is named with its version in all places" {
    cat >rollout.json <<'JSON'
{"run": {"warm_up": "5s", "measure": "60s"}, "nodes": {
    "users": {"kind": "open_loop", "rate": "100/s", "calls": "a.get"},
    "a": {"kind": "server", "cores": 4, "endpoints": {"get": [{"call": "b.get"}]}},
    "b": {"kind": "server", "replicas": 2, "cores": 4, "endpoints": {"get": [{"work": "1ms"}]},
          "rollouts": [{"at": "20s", "faults": "30%"}]}}}
JSON
    sed 's/"30%"/"40%"/' rollout.json >rollout.json.too
    said_everywhere rollout.json "A bad rollout: version 1 of b, rolled out from 20 s" "of its requests by itself, 0 % before"
}

@test "a retry storm is named with what it outlives in all places" {
    cat >storm.json <<'JSON'
{"run": {"warm_up": "5s", "measure": "60s"},
 "failures": [{"kind": "slow", "target": "db", "factor": 20, "at": "20s", "lasts": "10s"}],
 "nodes": {
    "users": {"kind": "open_loop", "rate": "700/s", "calls": "api.get",
              "policies": [{"kind": "retry", "max_attempts": 4}, {"kind": "timeout", "limit": "500ms"}]},
    "api": {"kind": "server", "replicas": 4, "cores": 4, "threads": 400, "endpoints": {"get": [{"work": "1ms"}, {"call": "db"}]}},
    "db": {"kind": "database", "cores": 4, "connections": 50, "service_time": "4ms"}}}
JSON
    sed 's/"factor": 20/"factor": 21/' storm.json >storm.json.too
    said_everywhere storm.json "A retry storm: retries of users (x" "keep it down after db slow (1 of 1 instances) was over at 30 s"
}

@test "a cut is named with the calls that it swallows in all places" {
    cat >cut.json <<'JSON'
{"run": {"warm_up": "5s", "measure": "60s"},
 "failures": [{"kind": "partition", "from": ["eu-a"], "to": ["eu-b"], "at": "20s", "lasts": "30s"}],
 "network": {"regions": {"eu": {"zones": ["eu-a", "eu-b"]}}, "placement": {"a": ["eu-a"], "b": ["eu-b"]}},
 "nodes": {
    "users": {"kind": "open_loop", "rate": "50/s", "calls": "a.get", "policies": [{"kind": "timeout", "limit": "1s"}]},
    "a": {"kind": "server", "cores": 4, "endpoints": {"get": [{"work": "1ms"}, {"call": "b.get"}]}},
    "b": {"kind": "server", "cores": 4, "endpoints": {"get": [{"work": "1ms"}]}}}}
JSON
    sed 's/"50\/s"/"51\/s"/' cut.json >cut.json.too
    said_everywhere cut.json "A failure: partition of eu-a and eu-b from 20 s to 50 s" "calls from a to b,"
}
