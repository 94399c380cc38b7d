#!/usr/bin/env bats
# What limits a system: measured (explain), by theory (analyze), and what a change would do (plan).

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    cat >shop.json <<'JSON'
{
  "name": "shop",
  "run": {"warm_up": "2s", "measure": "20s"},
  "nodes": {
    "shoppers": {"kind": "open_loop", "rate": "300/s", "calls": "web",
                 "policies": [{"kind": "timeout", "limit": "1s"}]},
    "web": {"kind": "server", "replicas": 2, "cores": 2, "price": "$0.10/h",
            "endpoints": {"buy": [{"work": "5ms"}, {"call": "db"}]}},
    "db": {"kind": "database", "cores": 1, "connections": 20, "service_time": "4ms"}
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

@test "explain names what limits, what is next, and what relief does" {
    apart "$SPATE" explain shop.json
    [ "$status" -eq 0 ]
    flat=$(echo $output)
    [[ $flat == *"db limits the system: its cores are "*" % in use"* ]]
    [[ $flat == *"next would be web's cores"* ]]
    [[ $flat == *"db's cores: "*" Freed by: "* ]]
    [[ $flat == *"What if nodes.db.cores 1 -> 4: availability"* ]]
    apart "$SPATE" explain shop.json --format json --what-if 0
    python3 -c 'import json, sys
report = json.loads(sys.argv[1])
assert report["looks"][0]["resources"][0]["node"] == "db"
assert len(report["looks"]) == 1' "$output"
}

@test "explain reads what a run wrote down" {
    "$SPATE" run shop.json --out out --quiet
    apart "$SPATE" explain out
    [ "$status" -eq 0 ]
    [[ $(echo $output) == *"db limits the system"* ]]
    apart "$SPATE" explain out/run.json
    [ "$status" -eq 0 ]
    echo '{}' >run.json
    apart "$SPATE" explain run.json
    [ "$status" -eq 2 ]
    [[ $errors == *"is no run.json"* ]]
}

@test "analyze finds the same limit without a run" {
    apart "$SPATE" analyze shop.json
    [ "$status" -eq 0 ]
    flat=$(echo $output)
    # 300/s of 4 ms are 1.2 cores of one; of web's 5 ms 1.5 of four.
    [[ $flat == *"It drowns: db's cores at 120 %. It carries 0.833x this load, 250/s."* ]]
    [[ $flat == *"Next: web's cores at 38 %, full at 2.67x."* ]]
    [[ $flat == *"Cost: "'$146'" a month."* ]]
    [[ $flat == *'"db" is a single point of failure'* ]]
}

@test "analyze names whatever is full first, by the name that a run has for it" {
    limits() {  # NODE RESOURCE, then what the users do, and the other nodes
        printf '{"run": {"warm_up": "2s", "measure": "20s"}, "nodes": {"users": {"kind": "open_loop", %s}}' "$3" >one.json
        apart "$SPATE" analyze one.json --format json
        [ "$status" -eq 0 ]
        python3 -c 'import json, sys
theory = json.loads(sys.argv[1])
said = (theory["bottleneck"], theory["bottleneck_resource"])
assert said == (sys.argv[2], sys.argv[3]), said' "$output" "$1" "$2"
    }
    slow='"b": {"kind": "server", "threads": 500, "cores": 8, "endpoints": {"get": [{"wait": "100ms"}]}}'
    limits a threads '"rate": "50/s", "calls": "a.get"},
        "a": {"kind": "server", "threads": 10, "cores": 8, "endpoints": {"get": [{"call": "b"}]}}, '"$slow"
    limits a "connections to b" '"rate": "50/s", "calls": "a.get"},
        "a": {"kind": "server", "pools": [{"to": "b", "maximum_pool_size": 10}], "endpoints": {"get": [{"call": "b"}]}}, '"$slow"
    limits a "bulkhead to b" '"rate": "50/s", "calls": "a.get"},
        "a": {"kind": "server", "endpoints": {"get": [{"call": "b", "policies": [
            {"kind": "bulkhead", "max_concurrent_calls": 10}]}]}}, '"$slow"
    limits front "maxconn of b" '"rate": "50/s", "calls": "front.get"},
        "front": {"kind": "pool", "of": "b", "queue": {"maxconn": 10}}, '"$slow"
    limits db device '"rate": "500/s", "calls": "db"},
        "db": {"kind": "database", "cores": 16, "service_time": "0.1ms",
               "storage": {"pages": 4, "hit_ratio": "0%", "iops": "3000/s"}}'
    limits db connections '"rate": "50/s", "calls": "db"},
        "db": {"kind": "database", "cores": 8, "connections": 2, "service_time": "20ms"}'
    limits r "command thread" '"rate": "2000/s", "calls": "r"}, "r": {"kind": "redis", "command_time": "0.1ms"}'
    limits c "command thread" '"rate": "300/s", "calls": "c"},
        "c": {"kind": "cache", "threads": 1, "command_time": "1ms", "calls": "db"}, "db": {"kind": "database", "cores": 64}'
    limits p "server connections" '"rate": "100/s", "calls": "p"},
        "p": {"kind": "pgbouncer", "of": "db", "default_pool_size": 20, "statements": 3, "between_statements": "20ms"},
        "db": {"kind": "database", "cores": 16, "service_time": "1ms"}'
    limits db "primary's cores" '"rate": "300/s", "calls": "db"},
        "db": {"kind": "replicated", "cores": 2, "service_time": "4ms"}'
}

@test "analyze waits as long as a run where service is constant, first come, first served" {
    cat >constant.json <<'JSON'
{"run": {"warm_up": "10s", "measure": "1000s"}, "nodes": {
    "users": {"kind": "open_loop", "rate": "80/s", "calls": "db"},
    "db": {"kind": "database", "cores": 1, "service_time": "10ms"}}}
JSON
    apart "$SPATE" analyze constant.json --format json
    predicted=$output
    apart "$SPATE" run constant.json --format json
    python3 - "$predicted" "$output" <<'PY'
import json, sys
theory, run = (json.loads(each) for each in sys.argv[1:])
# M/D/1: rho S / (2 (1 - rho)) = 20 ms at 80 %, half of an M/M/1's.
assert abs(theory["nodes"]["db"]["wait_shared_line_s"] - 0.020) < 1e-9, theory
# 80,000 requests that wait on each other: about 2 %, three times.
assert abs(run["latency_ms"]["mean"] - 30) < 2, run["latency_ms"]["mean"]
PY
}

@test "analyze says first what it leaves out" {
    apart "$SPATE" analyze shop.json --set 'nodes.web.autoscaler={"kind": "hpa", "max_replicas": 9, "metrics": [{"cpu": "50%"}]}'
    [ "$status" -eq 0 ]
    [[ $output == *"What is left out, or reckoned as if:"*"calls/s"*"It drowns"* ]]
}

@test "analyze agrees with a run where its assumptions hold" {
    apart "$SPATE" analyze shop.json --format json --set nodes.shoppers.rate=150/s
    predicted=$output
    apart "$SPATE" run shop.json --format json --set nodes.shoppers.rate=150/s --duration 200s
    python3 - "$predicted" "$output" <<'PY'
import json, sys
theory, run = map(json.loads, sys.argv[1:])
for node in ("web", "db"):
    said, was = theory["nodes"][node]["cores_busy"], run["nodes"][node]["utilisation"]
    # 30,000 requests: a standard error of 0.6 %.
    assert abs(said - was) < 0.025 * said, (node, said, was)
PY
}

@test "analyze knows what users get who wait for answers" {
    cat >closed.json <<'JSON'
{"run": {"warm_up": "50s", "measure": "2000s"}, "nodes": {
    "users": {"kind": "users", "users": 30, "calls": "db",
              "think_time": {"kind": "exponential", "mean": "1s"}},
    "db": {"kind": "database", "cores": 1, "service_time": {"kind": "exponential", "mean": "40ms"}}}}
JSON
    apart "$SPATE" analyze closed.json --format json
    predicted=$output
    apart "$SPATE" run closed.json --format json
    python3 - "$predicted" "$output" <<'PY'
import json, sys
theory, run = (json.loads(each) for each in sys.argv[1:])
waiting = theory["who_wait_for_answers"]
# 23.7/s of 25: machine repair, M/M/1//30, by its own recursion.
served, there = 0.0, 0.0
for users in range(1, 31):
    response = 0.04 * (1 + there)
    served = users / (1 + response)
    there = served * response
assert abs(waiting["throughput_rps"] - served) < 1e-9 * served, (waiting, served)
assert waiting["busiest"] == "db" and abs(waiting["cores_busy"] - served / 25) < 1e-9
# 46,000 requests, one after the other at a station that is 95 % busy: half a percent, twice.
assert abs(run["nodes"]["db"]["utilisation"] - served / 25) < 0.01, run["nodes"]["db"]["utilisation"]
PY
    apart "$SPATE" analyze closed.json
    flat=$(echo $output)
    [[ $flat == *"Those who wait for answers get "*"/s, and wait "*" on average: then db's cores are "*" % busy"* ]]
}

@test "plan shows what would change, and what theory makes of it" {
    apart "$SPATE" plan shop.json --set nodes.db.cores=4 --set nodes.web.replicas=4
    [ "$status" -eq 0 ]
    [[ $output == *"~ nodes.db.cores "*"1 -> 4"* ]]
    [[ $output == *"2 to change, 0 to add, 0 to remove"* ]]
    [[ $output == *"cost a month  "'$146 -> $292 (+100 %)'* ]]
    [[ $output == *"full first    db at 120 % -> db at 30 %"* ]]
    apart "$SPATE" plan shop.json --set nodes.db.cores=1
    [[ $output == "Nothing would change." ]]
}

@test "plan compares two scenarios" {
    sed 's/"connections": 20/"connections": 10/' shop.json >after.json
    apart "$SPATE" plan shop.json after.json
    [ "$status" -eq 0 ]
    [[ $output == *"~ nodes.db.connections "*"20 -> 10"* ]]
}

@test "what is wrong exits with 2 and says where" {
    for command in explain analyze plan; do
        apart "$SPATE" "$command" shop.json --set nodes.web.replcas=2
        [ "$status" -eq 2 ]
        [ -z "$output" ]
        [[ $errors == *'did you mean "replicas"'* ]]
        apart "$SPATE" "$command" nothing.json --set a=1
        [ "$status" -eq 2 ]
        [[ $errors == *"cannot be read"* ]]
    done
    apart "$SPATE" plan shop.json
    [ "$status" -eq 2 ]
    [[ $errors == *"nothing is planned"* ]]
}

@test "analyze: what is asked for beyond a node's capacity cannot succeed" {
    # Ten threads that wait 100 ms carry 100/s of the 150/s of half the requests there are.
    cat >drowning.json <<'JSON'
{"nodes": {
  "users": {"kind": "open_loop", "rate": "300/s", "calls": [{"to": "a.get"}, {"to": "c.get", "name": "c"}]},
  "a": {"kind": "server", "threads": 10, "cores": 8, "endpoints": {"get": [{"wait": "100ms"}]}},
  "c": {"kind": "server", "cores": 8, "endpoints": {"get": [{"work": "1ms"}]}}}}
JSON
    run "$SPATE" analyze drowning.json
    [[ $output == *"It drowns: a's threads at 150 %"* ]]
    # A sixth of all is lost: a third of a half.
    [[ $output == *"At most 83.333 % of requests succeed."* ]]
}
