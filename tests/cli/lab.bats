#!/usr/bin/env bats
# Labs: a row is proven when its claim holds with every seed and fails with every seed under the
# control; a lab that is wrong is an error, never a broken claim.

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

# A lab of two demands; the claim and the control's settings are given.
lab() {
    cat >"labs/$1.json" <<JSON
{
  "rows": ["$1"], "title": "Queues grow with demand", "scenario": "../shop.json",
  "vary": "nodes.web.endpoints.buy.0.work=2ms,18ms",
  "claim": "$2",
  "control": {"set": $3}
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

@test "a claim that fails is not proven" {
    lab XX-02 'mean[18ms] < 1ms' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-02
    [ "$status" -eq 99 ]
    [[ $output == *"not proven"*"the claim fails"*"0 proven, 1 not proven" ]]
}

@test "a control that does not break the claim proves nothing" {
    lab XX-03 'mean[18ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-03
    [ "$status" -eq 99 ]
    [[ $output == *"the control does not break the claim"* ]]
}

@test "a control under which nothing happens proves nothing" {
    lab XX-04 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.001/h"}'
    spate_lab XX-04
    [ "$status" -eq 99 ]
    [[ $output == *"something that did not happen"* ]]
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
assert report["rows"][0] == {"row": "XX-01", "lab": "labs/XX-01.json", "held": True,
                             "control_broke": True, "proven": True, "why": None}
assert report["rows"][1]["lab"] is None and not report["rows"][1]["proven"]
PY
}

@test "a lab that is wrong is an error with its place, before anything is played" {
    lab XX-05 'mean[17ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *'labs/XX-05.json:4:18: there is no variant "17ms"'* ]]

    lab XX-05 'mean[18ms] > 1ms' '{"nodes.shoppers.raet": "1/s"}'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *"XX-05.json, the control"*raet* ]]

    lab XX-05 'mean[18ms] > 1ms' '{}'
    spate_lab XX-05
    [ "$status" -eq 2 ]
    [[ $errors == *"the control changes nothing"* ]]

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

@test "a lab that is wrong does not stand in the way of others" {
    lab XX-01 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'
    lab YY-01 'nonsense' '{"nodes.shoppers.rate": "1/s"}'
    spate_lab XX-01
    [ "$status" -eq 0 ]
    spate_lab all
    [ "$status" -eq 2 ]
}

@test "the page of a lab has its claim, statement by statement, with the control's runs beside" {
    lab XX-01 'mean[18ms] > 19ms and (mean[2ms] < 3ms or p(50)[2ms] < 3ms)' '{"nodes.shoppers.rate": "0.5/s"}'
    spate_lab XX-01 --out page
    [ "$status" -eq 0 ]
    [ -s page/report.html ] && [ -s page/charts/variants.svg ]
    python3 - page/lab.json <<'PY'
import json, sys
lab = json.load(open(sys.argv[1]))
assert lab["schema"] == "spate.lab/1" and lab["proven"] and lab["why"] is None
first, second = lab["clauses"]
assert first["expr"] == "mean[18ms] > 19ms"
assert [each["answer"] for each in first["claim"]] == ["held"] * 3
assert [each["answer"] for each in first["control"]] == ["failed"] * 3
assert first["claim"][0]["right"] == "19ms"
assert second["claim"][0]["left"] is None and second["claim"][0]["answer"] == "held"
names = [each["name"] for each in lab["comparison"]["variants"]]
assert names == ["2ms", "18ms", "2ms, with the control", "18ms, with the control"], names
assert lab["comparison"]["replications"] == 3
# A core that is 90 % busy with 50/s of 18 ms: M/D/1 waits 81 ms; 0.5/s hardly meet.
means = [each["figures"]["mean"]["value"] for each in lab["comparison"]["variants"]]
assert means[1] > 0.05 and abs(means[3] - 0.018) < 0.001, means
PY
    cp page/report.html before.html
    "$SPATE" report page >/dev/null
    cmp before.html page/report.html
}

@test "several labs have a page each, and one that nothing is played for has one, too" {
    lab XX-01 'mean[18ms] > 19ms' '{"nodes.shoppers.rate": "0.5/s"}'
    cat >labs/XX-02.json <<'JSON'
{
  "rows": ["XX-02"], "title": "A server without a name is nobody's", "scenario": "../shop.json",
  "set": {"nodes.shoppers.calls": "wep"}, "refused": "did you mean \"web\"",
  "control": {"set": {"nodes.shoppers.calls": "web"}}
}
JSON
    spate_lab XX --out pages
    [ "$status" -eq 0 ]
    [ -s pages/XX-01/report.html ] && [ -s pages/XX-02/report.html ]
    grep -q '"comparison": null' pages/XX-02/lab.json
    "$SPATE" report pages/XX-02
}

@test "a page that cannot be written is told before or after, never by half" {
    touch file
    spate_lab XX-01 --out file
    [ "$status" -eq 2 ]
    spate_lab XX-01 --out /proc/nothing/here
    [ "$status" -eq 1 ]
}

@test "check takes labs: the claim, the control and every path, without a run" {
    status=0
    output=$("$SPATE" check labs/XX-01.json shop.json) || status=$?
    [ "$status" -eq 0 ]
    [[ $output == *"labs/XX-01.json: ok"*"shop.json: ok"* ]]

    lab XX-05 'mean[17ms] > 1ms' '{"nodes.shoppers.rate": "1/s"}'
    lab XX-06 'mean[18ms] > 1ms' '{"nodes.shoppers.raet": "1/s"}'
    output=$("$SPATE" check labs/*.json) || status=$?
    [ "$status" -eq 2 ]
    [[ $output == *'labs/XX-05.json:4:18: there is no variant "17ms"'* ]]
    [[ $output == *"XX-06.json, the control"*raet*"labs/XX-01.json: ok"* ]]

    # Played for a year it would say so a little later.
    sed -i 's/"20s"/"366d"/' shop.json
    timeout 10 "$SPATE" check labs/XX-01.json

    status=0
    output=$("$SPATE" check labs/XX-01.json --overlay shop.json) || status=$?
    [ "$status" -eq 2 ]
    [[ $output == *"labs/XX-01.json: this is a lab"* ]]
}
