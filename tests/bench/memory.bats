#!/usr/bin/env bats
# How memory grows: with what happened, and not with what could have.

setup_file() {
    SPATE=$(readlink -f "${SPATE:-$BATS_TEST_DIRNAME/../../build/spate}")
    export SPATE
    cd "$BATS_FILE_TMPDIR" || return 1
    # quiet N: a request a second to one of N servers, over a day.
    python3 - <<'PYTHON'
import json
def server(steps): return {"kind": "server", "endpoints": {"get": steps}}
for count in (100, 1000):
    names = [f"s{i}" for i in range(count)]
    nodes = {"users": {"kind": "open_loop", "rate": "1/s", "calls": "gate"},
             "gate": server([{"choose": [{"steps": [{"call": name}]} for name in names]}])}
    for name in names:
        nodes[name] = server([{"work": {"kind": "exponential", "mean": "5ms"}}])
    json.dump({"name": "quiet", "run": {"measure": "24h"}, "nodes": nodes}, open(f"quiet{count}.json", "w"))
json.dump({"name": "short", "run": {"measure": "20ms"}, "nodes": {
    "users": {"kind": "open_loop", "rate": "2000/s", "calls": "front"},
    "front": {"kind": "pool", "of": "web"},
    "web": dict(server([{"work": {"kind": "exponential", "mean": "1ms"}}]), replicas=10)}}, open("short.json", "w"))
# Records that are kept for a second, and read by a group that commits each.
json.dump({"name": "topics", "nodes": {
    "users": {"kind": "open_loop", "rate": "5000/s", "calls": "app"},
    "app": server([{"publish": "kafka.records", "linger": "10ms", "fire_and_forget": True}]),
    "kafka": {"kind": "kafka", "retention_check_interval": "1s", "topics": {
        "records": {"partitions": 4, "retention": "1s", "segment_time": "200ms"}}},
    "group": {"kind": "consumer_group", "topics": ["kafka.records"], "handler": "reader.take", "commit": "each"},
    "reader": dict(server([]), endpoints={"take": [{"wait": "1us"}]}, replicas=4)}}, open("topics.json", "w"))
PYTHON
}

# Megabytes at the peak of `spate run`.
peak() {
    python3 - "$SPATE" run "$@" --quiet <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PYTHON
}

setup() {
    cd "$BATS_FILE_TMPDIR" || return 1
}

@test "a thousand replications take hardly more memory than one" {
    few=$(peak short.json --replications 2)
    many=$(peak short.json --replications 1000)
    echo "$few MB, $many MB"
    [ "$many" -le $((few + 20)) ]
}

# What a run holds before it begins grows with its nodes; what it records grows with what happened.
@test "what a day of a request a second records is as large for 1,000 servers as for 100" {
    local -A recorded
    for count in 100 1000; do
        none=$(peak "quiet$count.json" --duration 1s)
        day=$(peak "quiet$count.json")
        recorded[$count]=$((day - none))
        echo "$count servers: $none MB, over a day $day MB"
    done
    [ "${recorded[1000]}" -le $((recorded[100] + 3)) ]
    [ "$day" -le 75 ]
}

@test "finer slices take as much memory as happened in them" {
    coarse=$(peak quiet1000.json)
    fine=$(peak quiet1000.json --set run.slice=1s)
    echo "$coarse MB, $fine MB"
    [ "$fine" -le $((coarse + 30)) ]
}

@test "the folder of a day of 1,000 quiet servers is bounded" {
    most=$(peak quiet1000.json --out out)
    size=$(du -sm out | cut -f1)
    echo "$most MB of memory, $size MB of files"
    [ "$size" -le 62 ]
    [ "$most" -le 200 ]
}

@test "what a log broker has deleted takes no memory, whoever has written down what of it" {
    once=$(peak topics.json --duration 80s)
    twice=$(peak topics.json --duration 160s)
    echo "$once MB, over twice the time $twice MB"
    [ "$twice" -le $((once + 2)) ]
}

# 200 locations, a fifth and four fifths of the 10^7 objects that a figure is asked of: what an object more takes.
@test "an object at a location of a CDN takes less than 64 bytes" {
    python3 - <<'PYTHON'
import json
for count in (10000, 40000):
    json.dump({"name": "cdn", "run": {"measure": "1s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "10/s", "calls": "edge"},
        "edge": {"kind": "cdn", "locations": 200, "calls": "web", "preload": count, "object_size": "1kB"},
        "web": {"kind": "server", "endpoints": {"get": []}}}}, open(f"cdn{count}.json", "w"))
PYTHON
    few=$(peak cdn10000.json)
    many=$(peak cdn40000.json)
    echo "$few MB, $many MB"
    [ $(((many - few) * 1048576 / (200 * 30000))) -lt 64 ]
}
