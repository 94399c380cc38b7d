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
