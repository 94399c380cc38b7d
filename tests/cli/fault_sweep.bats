#!/usr/bin/env bats
# spate sweep --faults: the smallest failure that breaks an objective: how many, which, how long.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    # Of 50 requests a second 30 need pay. Of three instances of web, nobody looks at their health.
    cat >shop.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "search": {"kind": "open_loop", "rate": "20/s", "arrivals": "constant", "calls": "shop.search"},
    "buying": {"kind": "open_loop", "rate": "30/s", "arrivals": "constant", "calls": "shop.buy"},
    "shop": {"kind": "server", "cores": 4, "endpoints": {"search": [{"work": "1ms"}], "buy": [{"call": "pay"}]}},
    "pay": {"kind": "server", "endpoints": {"do": [{"work": "1ms"}]}}
  },
  "expect": ["availability >= 97%"]
}
JSON
    cat >three.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "300/s", "arrivals": "constant", "calls": "web.get"},
    "web": {"kind": "server", "replicas": 3, "cores": 2, "balancer": "round_robin", "endpoints": {"get": [{"work": "1ms"}]}}
  }
}
JSON
}

# What a program finds in the JSON of `spate sweep --faults $@`.
ask() {
    local question=$1
    shift
    "$SPATE" sweep "$@" --faults --json | python3 -c "
import json, sys
swept = json.load(sys.stdin)
faults = {each['name']: each for each in swept['faults']}
names = list(faults)
print($question)"
}

# 1000 requests, of which 30 may be lost: 30 T of pay's, 50 T of the shop's, give or take two at its ends (67 and 40 ms).
# A 64th of 5 s is 78 ms.
@test "how long is what arithmetic says, and the shorter comes first" {
    [ "$(ask "0.93 < faults['crash pay']['lasts_s'] < 1.15" shop.json --replications 1)" = True ]
    [ "$(ask "0.56 < faults['crash shop']['lasts_s'] < 0.72" shop.json --replications 1)" = True ]
    [ "$(ask "names[:2]" shop.json --kind crash --replications 1)" = "['crash shop', 'crash pay']" ]
    [ "$(ask "faults['crash pay']['lasts_s'] - faults['crash pay']['harmless_s'] <= 0.079" shop.json --replications 1)" = True ]
}

# k of three lose k/3 of the requests of T of 20 s: with 20 % to lose, one may be down for 10 s, and
# two for 6 s.
@test "k of n, and for how long" {
    [ "$(ask "faults['crash all 3 of web']['instances'], faults['crash all 3 of web']['of']" three.json \
        --goal 'availability >= 80%' --kind crash --at 5s --lasts 10s --replications 1)" = "2 3" ]
    [ "$(ask "5.9 < faults['crash all 3 of web']['lasts_s'] < 6.2" three.json --goal 'availability >= 80%' \
        --kind crash --at 5s --lasts 10s --replications 1)" = True ]
    run -0 "$SPATE" sweep three.json --faults --goal 'availability >= 80%' --at 5s --lasts 10s --replications 3
    [[ $output == *"the smallest failures that break availability >= 80%"*"most of 3 seeds"* ]]
    [[ $output == *"crash 2 of 3 web, crash"* ]]
}

@test "what it says to play breaks it, when it is played" {
    failure=$(ask "json.dumps(faults['crash all 3 of web']['failure'])" three.json --goal 'availability >= 80%' \
        --kind crash --at 5s --lasts 10s --replications 1)
    run -99 "$SPATE" run three.json --set "failures=[$failure]" --threshold 'availability >= 80%' --quiet
    run -0 "$SPATE" run three.json --set "failures=[$failure]" --set failures.0.lasts=5.8s \
        --threshold 'availability >= 80%' --quiet
}

@test "which zone: the one that has most of it" {
    cat >zones.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "300/s", "arrivals": "constant", "calls": "web.get"},
    "web": {"kind": "server", "replicas": 3, "cores": 2, "balancer": "round_robin", "endpoints": {"get": [{"work": "1ms"}]}}
  },
  "network": {"regions": {"eu": {"zones": ["a", "b"]}}, "placement": {"web": ["a", "a", "b"]}}
}
JSON
    [ "$(ask "faults['zone_outage zone a']['breaks'], faults['zone_outage zone b']['breaks']" zones.json \
        --goal 'availability >= 80%' --kind zone_outage --at 5s --lasts 10s --replications 1)" = "True False" ]
}

@test "the same bytes for any number of jobs" {
    "$SPATE" sweep three.json --faults --goal 'availability >= 80%' --replications 2 --jobs 1 --json >one.json
    "$SPATE" sweep three.json --faults --goal 'availability >= 80%' --replications 2 --jobs 4 --json >four.json
    cmp one.json four.json
}

@test "what is broken without any failure is told, and so is what makes no sense" {
    run -99 "$SPATE" sweep three.json --faults --goal 'availability >= 101%' --replications 1
    [[ $output == *"is broken without any failure"* ]]
    run -2 "$SPATE" sweep three.json --faults
    [[ $output == *"there is nothing that failures could break"*"--goal"* ]]
    run -2 "$SPATE" sweep three.json --faults --goal 'availability >= 80%' --kind crush
    [[ $output == *"there is no such kind of failure"*"crash"* ]]
    run -2 "$SPATE" sweep three.json --faults --goal 'availability >= 80%' --vary nodes.web.replicas=1..3
    [[ $output == *"--faults takes one FILE, and no --vary"* ]]
    run -2 "$SPATE" sweep three.json --vary nodes.web.replicas=1..3 --kind crash
    [[ $output == *"go with --faults"* ]]
}
