#!/usr/bin/env bats
# Labs: a row is proven when each statement holds with every seed and fails with every seed under the
# controls that are said to break it; a lab that is wrong is an error, never a broken claim.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir labs
    cat >shop.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "shoppers": {"kind": "open_loop", "rate": "50/s", "calls": "web"},
    "web": {"kind": "server", "cores": 1, "endpoints": {"buy": [{"work": "10ms"}]}}
  }
}
JSON
    lab XX-01 'mean[2ms] < 0.5 * mean[18ms]' '{"nodes.shoppers.rate": "0.5/s"}'
}

# What holds where hardly anybody asks.
alone='"claim": {"is_alone": {"expect": "mean[18ms] < 19ms", "because": "Nobody waits: 18 ms."}}'

# A lab of two demands and one statement; what the control sets is given, and more of it after that.
lab() {
    cat >"labs/$1.json" <<JSON
{
  "rows": ["$1"], "title": "Queues grow with demand", "scenario": "../shop.json",
  "vary": "nodes.web.endpoints.buy.0.work=2ms,18ms",
  "claim": {"grows": {"expect": "$2", "because": "M/D/1"}},
  "controls": {"few_ask": {"breaks": ["grows"], "set": $3, $alone}}
}
JSON
}

# The same with a whole claim and whole controls.
lab_of() {
    cat >"labs/$1.json" <<JSON
{
  "rows": ["$1"], "title": "Queues grow with demand", "scenario": "../shop.json",
  "vary": "nodes.web.endpoints.buy.0.work=2ms,18ms",
  "claim": $2,
  "controls": $3
}
JSON
}

spate_lab() {
    status=0
    output=$("$SPATE" lab --labs labs "$@" 2>errors) || status=$?
    errors=$(cat errors)
}

@test "a claim that holds, and whose control breaks it, is proven" {
    lab XX-01 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'
    for asked in all XX XX-01 labs/XX-01.json; do
        spate_lab "$asked"
        [ "$status" -eq 0 ]
        [[ $output == "XX-01    proven "*"1 proven, 0 not proven" ]]
    done
}

@test "a statement that fails is not proven, and says with what" {
    lab XX-02 'mean[18ms] < 1ms' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"not proven"*"    grows fails ("*" against 1ms)"*"0 proven, 1 not proven" ]]
}

@test "a statement that fails with some seeds says with which" {
    # Some eighty requests, evenly likely to be odd or even.
    lab XX-02 'offered[18ms] > 1000' '{"nodes.shoppers.rate": "1/s"}'
    for least in $(seq 970 10 1030); do
        sed "s/1000/$least/; s/\"rows\"/\"seeds\": [1,2,3,4,5,6,7,8], \"rows\"/" labs/XX-02.json >"labs/$least.json"
    done
    status=0
    output=$("$SPATE" lab labs/9*.json labs/10*.json) || status=$?
    [ "$status" -eq 99 ]
    [[ $output == *"    grows fails with seed "[1-8]*" ("*" against "*")"* ]]
}

@test "a control that does not break what it says proves nothing" {
    lab XX-03 'mean[18ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-03
    [ "$status" -eq 99 ]
    [[ $output == *"under few_ask, grows holds (18"*" against 1ms)"* ]]
}

@test "a control under which nothing happens proves nothing" {
    lab XX-04 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.001/h"}'
    spate_lab XX-04
    [ "$status" -eq 99 ]
    [[ $output == *"under few_ask, grows is about something that did not happen"* ]]
}

two='{"grows": {"expect": "mean[18ms] > 19ms", "because": "M/D/1"}, "is_large": {"expect": "mean[18ms] > 4 * mean[2ms]", "because": "M/D/1"},
      "all_served": {"expect": "availability[18ms] == 100%", "premise": true, "because": "90 % of a core"}}'
few='{"breaks": ["grows"], "set": {"nodes.shoppers.rate": "0.5/s"}'

@test "every control breaks what it says, and the counts and the report tell which" {
    lab_of XX-02 "$two" "{\"few_ask\": $few, $alone}, \"alike\": {\"set\": {\"nodes.web.endpoints.buy.0.work\": \"18ms\"}, \"breaks\": [\"is_large\"],
        \"claim\": {\"same\": {\"expect\": \"mean[18ms] == mean[2ms]\", \"because\": \"The same runs.\"}}}}"
    spate_lab XX-02
    [ "$status" -eq 0 ]
    [[ $output == *"Queues grow with demand (3 statements, 2 broken, 1 premise)"* ]]
    spate_lab XX-02 --format json
    python3 - "$output" <<'PY'
import json, sys
row, = json.loads(sys.argv[1])["rows"]
assert row["row"] == "XX-02" and row["lab"] == "labs/XX-02.json" and row["held"] and row["proven"] and row["why"] == []
grows, large, served = row["statements"]
assert grows == {"name": "grows", "expect": "mean[18ms] > 19ms", "because": "M/D/1", "premise": False, "held": True,
                 "broken_by": ["few_ask"]}, grows
assert large["broken_by"] == ["alike"] and served["broken_by"] == [] and served["premise"]
few, alike = row["controls"]
assert few == {"name": "few_ask", "held": True, "breaks": ["grows"], "broke": ["grows"]}, few
assert alike["broke"] == ["is_large"]
PY
}

@test "a statement that nothing breaks proves nothing" {
    lab_of XX-02 "$two" "{\"few_ask\": $few, $alone}}"
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"(3 statements, 1 broken, 1 premise)"*"    nothing breaks is_large"* ]]
}

@test "a premise must hold as well" {
    lab_of XX-02 "${two/100%/10%}" "{\"few_ask\": $few, $alone}}"
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"    all_served fails (100% against 10%)"* ]]
}

@test "what a control claims holds under it, and not all of it without it" {
    local one='{"grows": {"expect": "mean[18ms] > 19ms", "because": "M/D/1"}}'
    claims() { lab_of XX-02 "$one" "{\"few_ask\": $few, \"claim\": {\"waits\": {\"expect\": \"$1\", \"because\": \"M/D/1\"}}}}"; }
    claims 'abs(mean[18ms] - 18ms) < 1ms'
    spate_lab XX-02
    [ "$status" -eq 0 ]
    claims 'abs(mean[18ms] - 1ms) < 1ms'
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"    under few_ask, waits fails (17"*" against 1ms)"* ]]
    claims 'mean[18ms] > 17ms'
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"    all that few_ask claims holds without it, too"* ]]
}

@test "what a check says is a statement like others" {
    lab_of XX-02 '{}, "checks": {"no_web": {"set": {"nodes.shoppers.calls": "wep"}, "says": "did you mean \"web\"", "because": "a name"}}' \
        '{"wep": {"claim": {"idle": {"expect": "wep.offered[2ms] == 0", "because": "nobody calls it"}}, "set": {"nodes.wep": {"kind": "server", "endpoints": {"buy": [{"work": "1ms"}]}}}, "breaks": ["no_web"]}}'
    spate_lab XX-02
    [ "$status" -eq 0 ]
    sed -i 's/"wep"}/"web"}/' labs/XX-02.json
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"no_web fails"* ]]
}

@test "a row that has no lab is not proven" {
    spate_lab YY-07
    [ "$status" -eq 99 ]
    [[ $output == *"YY-07"*"not proven"*"0 proven, 1 not proven" ]]
}

@test "the JSON report has a row each, and the counts" {
    lab XX-01 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'
    spate_lab XX-01 YY-07 --format json
    [ "$status" -eq 99 ]
    python3 - "$output" <<'PY'
import json, sys
report = json.loads(sys.argv[1])
assert report["proven"] == 1 and report["not_proven"] == 1
assert report["rows"][0]["proven"] and report["rows"][0]["title"] == "Queues grow with demand"
assert report["rows"][1]["lab"] is None and not report["rows"][1]["proven"]
PY
}

@test "a lab that is wrong is an error with its place, before anything is played" {
    lab XX-05 'mean[17ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *'labs/XX-05.json:4:39: there is no variant "17ms"'* ]]

    lab XX-05 'mean[18ms] > 1ms' '{"nodes.shoppers.raet": "1/s"}'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *"XX-05.json, control few_ask"*raet* ]]

    lab XX-05 'mean[18ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}, "becuase": 1'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *"labs/XX-05.json:5:"*becuase* ]]

    spate_lab labs/nothing.json
    [ "$status" -eq 2 ]
    status=0
    "$SPATE" lab --labs nowhere all 2>errors || status=$?
    [ "$status" -eq 2 ]
}

@test "each rule of the format is an error with its place and a hint" {
    wrong() {
        lab_of XX-05 "$1" "$2"
        spate_lab XX-05
        [ "$status" -eq 2 ] || return 1
        [[ $errors == *"labs/XX-05.json:$3"* ]] || { echo "$errors"; return 1; }
    }
    one='{"grows": {"expect": "mean[18ms] > 19ms", "because": "M/D/1"}}'
    rate='"set": {"nodes.shoppers.rate": "0.5/s"}'
    wrong '{"grows": {"expect": "mean[18ms] > 19ms and availability[18ms] > 1%", "because": "M/D/1"}}' "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}" \
        '4:34: this is more than one statement'
    [[ $errors == *'give each side of "and" a name of its own'* ]]
    wrong '{"Grows-much": {"expect": "mean[18ms] > 19ms", "because": "M/D/1"}}' "{\"few\": {$rate, \"breaks\": [\"Grows-much\"], $alone}}" \
        '4:27: expected a name in snake_case'
    wrong "$one" "{\"Few\": {$rate, \"breaks\": [\"grows\"], $alone}}" '5:23: expected a name in snake_case'
    wrong "$one" "{\"few\": {$rate, \"breaks\": [\"grow\"], $alone}}" '5:76: there is no statement "grow"'
    [[ $errors == *'did you mean "grows"'* ]]
    wrong "$one" "{\"few\": {\"set\": {}, \"breaks\": [\"grows\"], $alone}}" '5:23: the control changes nothing'
    wrong '{"grows": {"expect": "mean[18ms] > 19ms"}}' "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}" '4:22: "because" is missing'
    wrong "$one" "{\"few\": {$rate, \"breaks\": [\"grows\"]}}" '5:23: "claim" is missing'
    wrong "$one" "{\"few\": {$rate}}" '5:23: "breaks" is missing'
    wrong "$one" "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}, \"promql\": {\"asks\": {\"expr\": \"1\", \"at\": \"1s\", \"because\": \"1\"}}" \
        '5:189: expected a lab without variants'
    wrong "$one" "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}, \"checks\": {\"grows\": {\"says\": \"1\", \"because\": \"1\"}}" \
        '5:199: there is a statement of that name already'
    wrong "$one" "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}, \"refused\": {\"says\": \"no\", \"because\": \"So it is.\"}" '1:1: expected either a "claim"'
    wrong '"mean[18ms] > 19ms"' "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}" '4:12: expected an object'
    wrong "$one" "{\"few\": {$rate, \"breaks\": [\"grows\"], $alone}}, \"control\": {$rate}" '5:179: '
    [[ $errors == *'name it in "controls"'* ]]
}

@test "a lab that is wrong does not stand in the way of others" {
    lab XX-01 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'
    lab YY-01 'nonsense' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-01
    [ "$status" -eq 0 ]
    spate_lab all
    [ "$status" -eq 2 ]
}

@test "the page of a lab has its claim, statement by statement, with the control's runs beside" {
    lab_of XX-01 '{"grows": {"expect": "mean[18ms] > 19ms", "because": "M/D/1"}, "is_short": {"expect": "mean[2ms] < 3ms or p(50)[2ms] < 3ms", "because": "2 ms", "premise": true}}' \
        '{"few_ask": {"about": "Few.", "set": {"nodes.shoppers.rate": "0.5/s"}, "breaks": ["grows"],
                      "claim": {"is_alone": {"expect": "mean[18ms] < 19ms", "because": "18 ms"}}}}'
    spate_lab XX-01 --out page
    [ "$status" -eq 0 ]
    [ -s page/report.html ] && [ -s page/charts/topology.svg ] && [ -s page/charts/over_time_1.svg ]
    python3 - page/lab.json <<'PY'
import json, sys
lab = json.load(open(sys.argv[1]))
assert lab["schema"] == "spate.lab/2" and lab["proven"] and lab["why"] == []
first, second = lab["statements"]
assert first["name"] == "grows" and first["expr"] == "mean[18ms] > 19ms" and first["because"] == "M/D/1"
assert first["kind"] == "figures" and first["held"] and first["broken_by"] == ["few_ask"]
assert [each["answer"] for each in first["claim"]] == ["held"] * 3
assert [each["answer"] for each in first["controls"]["few_ask"]] == ["failed"] * 3
assert first["claim"][0]["right"] == "19ms"
assert second["claim"][0]["left"] is None and second["claim"][0]["answer"] == "held"
control, = lab["controls"]
assert control["name"] == "few_ask" and control["about"] == "Few." and control["settings"] == ['nodes.shoppers.rate="0.5/s"']
assert control["breaks"] == ["grows"] == control["broke"]
# The scenario as it is played, and the figures that the statements speak of, on the same axes.
assert json.loads(lab["scenario"])["nodes"]["shoppers"]["rate"] == "50/s"
assert json.loads(control["scenario"])["nodes"]["shoppers"]["rate"] == "0.5/s"
assert list(lab["system"]["run"]["nodes"]) == ["shoppers", "web"]
over = lab["over_time"]
assert over["end_s"] == 20 and {"node": "shoppers", "name": "mean latency", "unit": "s"} in over["figures"]
assert [(run["control"], run["variant"]) for run in over["runs"]] == [(None, "2ms"), (None, "18ms"), ("few_ask", "2ms"), ("few_ask", "18ms")]
assert all(len(run["values"]) == len(over["figures"]) for run in over["runs"])
assert first["claim"][0]["right_value"] == 0.019
assert [each["answer"] for each in control["claim"][0]["controls"]["few_ask"]] == ["held"] * 3
assert [each["answer"] for each in control["claim"][0]["claim"]] == ["failed"] * 3
names = [each["name"] for each in lab["comparison"]["variants"]]
assert names == ["2ms", "18ms", "2ms, few_ask", "18ms, few_ask"], names
assert lab["comparison"]["replications"] == 3
# A core that is 90 % busy with 50/s of 18 ms: M/D/1 waits 81 ms; 0.5/s hardly meet.
means = [each["figures"]["mean"]["value"] for each in lab["comparison"]["variants"]]
assert means[1] > 0.05 and abs(means[3] - 0.018) < 0.001, means
PY
    cp page/report.html before.html
    "$SPATE" report page >/dev/null
    cmp before.html page/report.html
}

@test "what stands in braces is filled from the runs: the control's from the control's" {
    about='{offered[2ms]} come, {{in braces}} {mean[18ms]}, {availability[2ms]}'
    lab XX-01 'mean[18ms] > 19ms' "{\"nodes.shoppers.rate\": \"0.5/s\"}, \"about\": \"$about\""
    sed -i "s|\"rows\"|\"about\": \"$about\", \"rows\"|" labs/XX-01.json
    spate_lab XX-01 --out page
    [ "$status" -eq 0 ]
    python3 - page/lab.json <<'PY'
import json, re, sys
lab = json.load(open(sys.argv[1]))
said = r"([\d,.]+) come, \{in braces\} ([\d.]+) ms, 100 %"
plain, control = re.fullmatch(said, lab["about"]), re.fullmatch(said, lab["controls"][0]["about"])
assert 850 < int(plain[1].replace(",", "")) < 1150 and float(plain[2]) > 50, lab["about"]
assert float(control[1]) < 30 and 17.9 < float(control[2]) < 19, control[0]
PY
}

@test "what stands in braces and is no figure is an error with its place" {
    lab XX-05 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}, "about": "a {web.ofered[2ms]}"'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *'labs/XX-05.json:5:107: '*'did you mean "offered"'* ]]
    lab XX-05 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}, "about": "a {web"'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *'labs/XX-05.json:5:'*': a brace without its other half'* ]]
}

@test "several labs have a page each, and one that nothing is played for has one, too" {
    lab XX-01 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'
    cat >labs/XX-02.json <<'JSON'
{
  "rows": ["XX-02"], "title": "A server without a name is nobody's", "scenario": "../shop.json",
  "set": {"nodes.shoppers.calls": "wep"}, "refused": {"says": "did you mean \"web\"", "because": "There is no wep."},
  "controls": {"named": {"set": {"nodes.shoppers.calls": "web"}, "breaks": ["refused"],
                         "claim": {"served": {"expect": "offered > 500", "because": "50/s for 20 s"}}}}
}
JSON
    spate_lab XX --out pages
    [ "$status" -eq 0 ]
    [ -s pages/XX-01/report.html ] && [ -s pages/XX-02/report.html ]
    grep -q '"kind": "refused"' pages/XX-02/lab.json
    "$SPATE" report pages/XX-02
    grep -q 'href="XX-01/report.html"' pages/index.html && grep -q 'href="XX-02/report.html"' pages/index.html
    grep -q 'href="../index.html"' pages/XX-01/report.html
}

@test "all labs are one queue: they come in their order, however many play, with how far all have come" {
    for row in 01 02 03 04 05; do lab XX-$row 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'; done
    # The first takes longest.
    sed -i 's/"rows"/"seeds": [1, 2, 3, 4, 5, 6], "rows"/' labs/XX-01.json
    for jobs in 1 3; do
        spate_lab XX --jobs $jobs --format json
        [ "$status" -eq 0 ]
        echo "$output" >$jobs.json
    done
    cmp 1.json 3.json
    [ "$(grep '"row"' 1.json | sort -c && grep -c '"row"' 1.json)" -eq 5 ]
    # On a terminal, where a row's line takes the place of the line of progress.
    script -qc "'$SPATE' lab XX --labs labs --seeds 50 --jobs 2" shown >/dev/null
    tr '\r' '\n' <shown >lines
    grep -qE 'run [0-9]+ of 1000  .* left' lines
    [ "$(grep -cE '^.\[KXX-0[1-5]|^XX-0[1-5]' lines)" -eq 5 ]
}

@test "a page that cannot be written is told before or after, never by half" {
    touch file
    spate_lab XX-01 --out file
    [ "$status" -eq 2 ]
    spate_lab XX-01 --out /proc/nothing/here
    [ "$status" -eq 1 ]
}

@test "check takes labs: statements, controls and every path, without a run" {
    status=0
    output=$("$SPATE" check labs/XX-01.json shop.json) || status=$?
    [ "$status" -eq 0 ]
    [[ $output == *"labs/XX-01.json: ok"*"shop.json: ok"* ]]

    lab XX-05 'mean[17ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}'
    lab XX-06 'mean[18ms] > 1ms' '{"nodes.shoppers.raet": "1/s"}'
    output=$("$SPATE" check labs/*.json) || status=$?
    [ "$status" -eq 2 ]
    [[ $output == *'labs/XX-05.json:4:39: there is no variant "17ms"'* ]]
    [[ $output == *"XX-06.json, control few_ask"*raet*"labs/XX-01.json: ok"* ]]

    # Played for a year it would say so a little later.
    sed -i 's/"20s"/"366d"/' shop.json
    timeout 10 "$SPATE" check labs/XX-01.json

    status=0
    output=$("$SPATE" check labs/XX-01.json --overlay shop.json) || status=$?
    [ "$status" -eq 2 ]
    [[ $output == *"labs/XX-01.json: this is a lab"* ]]
}

# A lab whose statements are what commands say: these, the one that few users break, more controls.
lab_of_commands() {
    cat >labs/XX-05.json <<JSON
{
  "rows": ["XX-05"], "title": "Queues grow with demand", "scenario": "../shop.json",
  "vary": "nodes.web.endpoints.buy.0.work=2ms,18ms",
  "commands": $1,
  "controls": {"few_ask": {
    "breaks": ["$2"], "set": {"nodes.shoppers.rate": "0.5/s"},
    "claim": {"few": {"expect": "shoppers.offered[2ms] < 200", "because": "10 in 20 s."}}
  }$3}
}
JSON
}

@test "what a command says or leaves is a statement, and so is how it ends" {
    lab_of_commands '{
        "crossed": {"run": "run --quiet --threshold mean<19ms", "variant": "18ms", "exits": 99, "because": "It is crossed."},
        "a_line_each": {"run": "run --quiet --no-report --set run.logs.access=[\"web\"] --out {dir}", "variant": "2ms",
                        "file": "access.jsonl", "matches": "\"status\":20+,", "times": "web.succeeded[2ms]", "because": "One each."}}' \
        crossed ', "full_log": {
            "breaks": ["a_line_each"], "set": {"run.logs.most": 10, "nodes.shoppers.rate": "30/s"},
            "claim": {"fewer": {"expect": "shoppers.offered[2ms] < 800", "because": "600 in 20 s."}}}'
    spate_lab XX-05
    [ "$status" -eq 0 ]
    [[ $output == *"XX-05    proven"*"2 statements, 2 broken"* ]]
    spate_lab XX-05 --format json
    [[ $output == *'spate run --quiet --threshold mean<19ms [18ms] exits 99'* ]]
    lab_of_commands '{"twice": {"run": "run", "variant": "18ms", "says": "web", "times": "2 * shoppers.offered[18ms]", "because": "No."}}' twice
    spate_lab XX-05
    [ "$status" -eq 99 ]
    [[ $output == *"    twice fails ("*" against "*")"* ]]
    # An error is no answer.
    lab_of_commands '{"wrong": {"run": "run --no-such-option", "variant": "18ms", "says": "web", "because": "It is there."}}' wrong
    spate_lab XX-05
    [ "$status" -eq 99 ]
    [[ $output == *"wrong is about something that did not happen"* ]]
}

@test "a statement about a command that cannot be one is told with its place" {
    for wrong in '{"it": {"run": "explain", "variant": "18ms", "because": "No."}}@may say anything' \
        '{"it": {"run": "explain", "variant": "4ms", "says": "web", "because": "It is there."}}@there is no variant' \
        '{"it": {"run": "explain", "variant": "2ms", "matches": "(web", "because": "No."}}@not a regular expression' \
        '{"it": {"run": "explain", "variant": "2ms", "says": "web", "times": "web.lines[2ms]", "because": "No."}}@there is no figure'; do
        lab_of_commands "${wrong%@*}" it
        spate_lab XX-05
        [ "$status" -eq 2 ]
        [[ $errors == *"labs/XX-05.json:4:"*"${wrong#*@}"* ]]
    done
}
