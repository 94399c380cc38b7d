#!/usr/bin/env bats
# Sweeps: ranges, grids, and the value at which a goal begins to be met.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    # M/M/1: the mean time is 1 / (1 / work - rate), so 20 ms at 50/s less than 1 / work.
    cat >queue.json <<'JSON'
{
  "name": "queue",
  "run": {"warm_up": "2s", "measure": "60s"},
  "nodes": {
    "clients": {"kind": "open_loop", "rate": "50/s", "calls": "web"},
    "web": {"kind": "server", "cores": 1,
            "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "10ms"}}]}}
  }
}
JSON
}

# Runs with the streams apart: $output is the standard output, $errors the other.
apart() {
    status=0
    output=$("$@" 2>errors) || status=$?
    errors=$(cat errors)
}

# The names of the variants that a range stands for.
values_of() {
    "$SPATE" sweep queue.json --vary "$1" --replications 1 --duration 1s --json |
        python3 -c 'import json, sys; print(*[v["name"] for v in json.load(sys.stdin)["variants"]])'
}

@test "ranges stand for their values" {
    [ "$(values_of nodes.web.replicas=1..4)" = "1 2 3 4" ]
    [ "$(values_of nodes.web.replicas=1..64*2)" = "1 2 4 8 16 32 64" ]
    [ "$(values_of nodes.clients.rate=10/s..30/s:10/s)" = "10/s 20/s 30/s" ]
    [ "$(values_of nodes.clients.rate=10/s..30/s/3)" = "10/s 20/s 30/s" ]
    [ "$(values_of nodes.clients.rate=1..100/s*/3)" = "1/s 10/s 100/s" ]
    [ "$(values_of nodes.clients.latency=0.1ms..0.3ms:0.1ms)" = "0.1ms 0.2ms 0.3ms" ]
    [ "$(values_of nodes.web.replicas=1..2,5,7..8)" = "1 2 5 7 8" ]
}

@test "what a sweep is about and what it costs have a Pareto set" {
    sed -i 's/"cores": 1,/"cores": 1, "price": "$1\/h",/' queue.json
    apart "$SPATE" sweep queue.json --vary nodes.web.replicas=1,2 --replications 2 --duration 5s --metric mean
    [ "$status" -eq 0 ]
    # More is faster and dearer: neither is beaten.
    [[ $(tr -s ' \n' ' ' <<<"$output") == *"Pareto set over mean, cost: 1, 2; no other is better"* ]]
}

@test "a row for each value, and files" {
    apart "$SPATE" sweep queue.json --vary nodes.web.cores=1..3 --out out
    [ "$status" -eq 0 ]
    [[ $output == *"3 values, 5 replications each"* ]]
    [[ $output == *"p99 is lowest at "*", highest at 1 ("* ]]
    [ -s out/sweep.json ] && [ -s out/sweep.csv ]
}

@test "two things varied make a grid of the metric" {
    apart "$SPATE" sweep queue.json --vary nodes.web.replicas=1,2 --vary nodes.web.cores=1,2,3 \
        --metric mean --replications 2
    [ "$status" -eq 0 ]
    grid=$(grep -A2 '^  mean   *1 ' <<<"$output")
    [ "$(wc -l <<<"$grid")" -eq 3 ]
    [[ $grid == *" 1 "*" 2 "*" 3"* ]]
}

# The mean at a rate is 1 / (100/s - rate): 25 ms at 60/s, 28.6 ms at 65/s. 40 replications know it
# to 0.3 ms.
@test "a goal is met up to the rate that theory says" {
    apart "$SPATE" sweep queue.json --vary nodes.clients.rate=30/s..95/s:5/s \
        --goal 'mean < 27ms' --json
    [ "$status" -eq 0 ]
    python3 - "$output" <<'PY'
import json, sys
goal = json.loads(sys.argv[1])["goal"]
found = goal["answers"][0]["found"]
assert found == "60/s", found
steps = {s["variant"]: s["decision"] for s in goal["steps"]}
assert steps[found] == "met" and steps["95/s"] == "missed"
assert len(steps) <= 7, steps
assert goal["confidence"] == 0.95
PY
}

@test "and from the size that theory says, for each of something else" {
    # At 150/s a core of 100/s drowns; two are enough, and of 5 ms one is.
    apart "$SPATE" sweep queue.json --set nodes.clients.rate=150/s \
        --vary nodes.web.endpoints.get.0.work=10ms,5ms --vary nodes.web.cores=1..8 \
        --goal 'p(99) < 200ms and availability >= 99%'
    [ "$status" -eq 0 ]
    [[ $(echo $output) == *"10ms: 2 is the first nodes.web.cores that meets "*"; 1 misses it."* ]]
    [[ $(echo $output) == *"5ms: 1 and 8 both meet"* ]]
    [[ $(echo $output) == *"With 95 % confidence in all"* ]]
}

@test "a goal that no value meets exits with 99" {
    apart "$SPATE" sweep queue.json --vary nodes.web.cores=1..4 --goal 'mean < 1ms'
    [ "$status" -eq 99 ]
    [[ $output == *"neither 1 (missed) nor 4 (missed) is shown to meet mean < 1ms"* ]]
}

@test "what is wrong exits with 2, says where, and writes nothing" {
    wrong() {
        apart "$SPATE" sweep --out out "$@"
        [ "$status" -eq 2 ]
        [ -z "$output" ]
        [ ! -e out ]
    }
    wrong queue.json --vary nodes.web.cores=1..4 --goal 'mean < 1'
    [[ $errors == *"--goal, column 6: cannot compare a time with a plain number"* ]]
    wrong queue.json --vary nodes.web.cores=1..4 --goal 'mean < 1s or mean > 2s'
    [[ $errors == *'expected comparisons joined by "and"'* ]]
    wrong queue.json --vary nodes.web.cores=1..4:0
    [[ $errors == *"its step is not above 0"* ]]
    wrong queue.json --vary nodes.clients.rate=10/s..30ms:5
    [[ $errors == *"different units"* ]]
    wrong queue.json --vary nodes.clients.rate=10/s..30/s
    [[ $errors == *"it needs a step"* ]]
    wrong queue.json --vary nodes.web.cores=1..1000000
    [[ $errors == *"more than 10000 values"* ]]
}

@test "a system that refuses most requests at once does not meet a goal of latency" {
    cat >refuses.json <<'JSON'
{"run": {"measure": "10s"}, "nodes": {
  "c": {"kind": "open_loop", "rate": "1000/s", "calls": "a"},
  "a": {"kind": "server", "cores": 1, "threads": 4, "accept_queue": 4, "endpoints": {"get": [{"work": "10ms"}]}}}}
JSON
    apart "$SPATE" sweep refuses.json --vary nodes.a.replicas=1,20 --goal 'p(50) < 500ms' --replications 3
    [[ $output == *"20 is the first nodes.a.replicas that meets p(50) < 500ms; 1 misses it."* ]]
    apart "$SPATE" compare refuses.json --vary nodes.a.replicas=1,20 --replications 3
    [[ $output == *"20's p99: 10ms; 1's: failed (waited 0 ms): 20 wins"* ]]
}

@test "--sensitivity moves each assumption alone, and says what moves nothing" {
    python3 - <<'PY'
import json
queue = json.load(open("queue.json"))
queue["assumptions"] = {
    "work": {"paths": ["nodes.web.endpoints.get.0.work.mean"], "because": "a guess"},
    "threads": {"paths": ["nodes.web.threads"]}}
json.dump(queue, open("assumed.json", "w"))
queue["assumptions"]["nothing"] = {"paths": ["nodes.web.nobody"]}
json.dump(queue, open("nothing.json", "w"))
PY
    apart "$SPATE" sweep assumed.json --sensitivity 20% --replications 1 --metric mean
    [ "$status" -eq 0 ]
    [[ $output == *'5 values'* ]]
    # 1 / (1 / 12 ms - 50/s) is 30 ms, and 1 / (1 / 8 ms - 50/s) 13.3 ms.
    [[ $output == *'"work": 1'* ]]
    [[ $output == *'"threads" changes nothing of this run: not an event.'* ]]
    apart "$SPATE" sweep nothing.json --sensitivity 20%
    [ "$status" -eq 2 ]
    [[ $errors == *'assumptions.nothing: nodes.web.nobody: nothing is there'* ]]
    apart "$SPATE" sweep queue.json --sensitivity 20%
    [ "$status" -eq 2 ]
    [[ $errors == *'nothing to move'* ]]
    apart "$SPATE" sweep assumed.json --sensitivity 20% --vary nodes.web.replicas=1,2
    [ "$status" -eq 2 ]
    apart "$SPATE" sweep assumed.json --sensitivity 200%
    [ "$status" -eq 2 ]
}
