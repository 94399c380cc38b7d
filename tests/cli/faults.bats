#!/usr/bin/env bats
# spate faults: every failure that a system can have, ranked by harm.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    cat >two.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "search": {"kind": "open_loop", "rate": "20/s", "arrivals": "constant", "calls": "shop.search"},
    "buying": {"kind": "open_loop", "rate": "30/s", "arrivals": "constant", "calls": "shop.buy"},
    "shop": {"kind": "server", "cores": 4, "endpoints": {"search": [{"work": "1ms"}], "buy": [{"call": "pay"}]}},
    "pay": {"kind": "server", "endpoints": {"do": [{"work": "1ms"}]}}
  },
  "expect": ["search.availability == 100%"]
}
JSON
    # Three instances behind a balancer that looks at their health: one may go, two may not.
    cat >three.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "100/s", "calls": "front", "policies": [{"kind": "timeout", "limit": "1s"}]},
    "front": {"kind": "pool", "of": "web", "balancer": "round_robin",
              "health_check": {"interval": "100ms", "unhealthy_threshold": 1, "healthy_threshold": 1}},
    "web": {"kind": "server", "replicas": 2, "cores": 2, "endpoints": {"get": [{"work": "1ms"}]}}
  }
}
JSON
}

# What a program finds in the JSON of `spate faults $@`.
ask() {
    local question=$1
    shift
    "$SPATE" faults "$@" --format json | python3 -c "
import json, sys
played = json.load(sys.stdin)
faults = {each['names'][0]: each for each in played['faults']}
pairs = {tuple(each['names']): each for each in played['pairs']}
print($question)"
}

@test "a component takes with it who needs it, and nobody else" {
    [ "$(ask "faults['crash shop']['takes']" two.json)" = "['search', 'buying']" ]
    [ "$(ask "faults['crash pay']['takes']" two.json)" = "['buying']" ]
}

@test "what is lost is what is asked while it lasts: 5 s of 30/s and of 50/s" {
    [ "$(ask "faults['crash pay']['lost'], faults['crash pay']['longest_outage_s']" two.json)" = "150.0 5.0" ]
    [ "$(ask "faults['crash shop']['lost']" two.json)" = 250.0 ]
    [ "$(ask "faults['crash shop']['lost']" two.json --at 3s --lasts 2s --seeds 3)" = 100.0 ]
    # Latency is no loss; it is known by the p99.
    [ "$(ask "faults['latency pay']['lost'], faults['latency pay']['p99_ms'] > 100" two.json)" = "0.0 True" ]
}

@test "the worst comes first, and says which expectation it breaks" {
    run -0 "$SPATE" faults two.json --kind crash
    [[ $output == *"2 failures, each by itself, from 5s for 5s, seed 42"* ]]
    [[ $output == *" 1 "*250*"crash shop"*"takes search, buying"*"breaks search.availability == 100%"*" 2 "*150*"crash pay"* ]]
    [ "$(ask "list(faults)" two.json --kind crash)" = "['crash shop', 'crash pay']" ]
    [ "$(ask "faults['crash pay']['breaks']" two.json)" = "[]" ]
    run -0 "$SPATE" faults two.json --most 1
    [[ $output == *"more that do harm: --most 0 lists them"* ]]
    [ "$(wc -L <<<"$output")" -le 100 ]
}

@test "every kind that a node can have is played, and --kind and --node choose" {
    all=$("$SPATE" describe nodes.server >/dev/null && ask "sorted(faults)" two.json --node pay)
    [ "$all" = "['crash pay', 'errors pay', 'hang pay', 'kill pay', 'latency pay', 'memory_stress pay', 'slow pay', 'wrong_answers pay']" ]
    [ "$(ask "list(faults)" two.json --kind hang --node pay)" = "['hang pay']" ]
}

@test "each says its class, and wrong answers that nobody notices are harm" {
    run -0 "$SPATE" faults two.json --kind hang --kind wrong_answers
    [[ $output == *"hang shop, omission"* && $output == *"wrong_answers shop, byzantine"*"loses"*"search.wrong_answers 100"* ]]
    [ "$(ask "faults['wrong_answers pay']['classes'], faults['wrong_answers pay']['lost']" two.json)" = "['byzantine'] 0.0" ]
}

@test "links fail where there is a network: cut, half cut, slow, lossy" {
    file=$BATS_TEST_DIRNAME/../../scenarios/stories/redis_cluster_partition.json
    names=$(ask "sorted(faults)" "$file" --duration 8s --kind partition --kind loss --kind zone_outage)
    for each in "'partition shop and redis'" "'partition redis to shop'" "'loss shop and redis'" \
        "'zone_outage zone eu-a'" "'partition eu-a and all others'" "'partition master of redis'" "'partition redis[5]'"; do
        [[ $names == *"$each"* ]]
    done
}

@test "two failures, each of which does next to nothing alone, are found together" {
    [ "$(ask "max(faults[f'crash web[{i}]']['lost'] for i in (0, 1)) < 10" three.json --pairs --kind crash)" = True ]
    [ "$(ask "pairs['crash web[0]', 'crash web[1]']['beyond'] > 450" three.json --pairs --kind crash)" = True ]
    run -0 "$SPATE" faults three.json --pairs --kind crash
    [[ $output == *"crash web[0] + crash web[1]"* ]]
}

@test "what a store loses is harm, and so is an outage of one client" {
    file=$BATS_TEST_DIRNAME/../../scenarios/stories/redis_cluster_partition.json
    [ "$(ask "faults['partition redis[0]']['data_lost']['redis.lost_writes'] > 0" "$file" --kind partition)" = True ]
    # Buying is down, and is less than half of all requests.
    [ "$(ask "faults['crash pay']['longest_outage_s']" two.json --set nodes.buying.rate=1/s)" = 5.0 ]
}

@test "throughout: a machine takes its pods with it, from the beginning to the end" {
    file=$BATS_TEST_DIRNAME/../../scenarios/models/failures/machine_down.json
    [ "$(ask "[name for name in faults if 'k8s' in name and faults[name]['takes']][0]" "$file" --throughout \
        --kind machine_down)" = "machine_down all 2 of k8s" ]
}

@test "the same bytes for any number of jobs" {
    "$SPATE" faults two.json --seeds 2 --jobs 1 --format json >one.json
    "$SPATE" faults two.json --seeds 2 --jobs 4 --format json >four.json
    cmp one.json four.json
}

@test "the scenario's own failures are left out, and nobody calls one off" {
    file=$BATS_TEST_DIRNAME/../../scenarios/models/failures/game_day.json
    [ "$(ask "played['undisturbed']['unanswered'], faults['crash all 10 of web']['longest_outage_s']" "$file" \
        --kind crash)" = "1.0 210.0" ]
}

@test "the smallest failure that breaks a goal is a sweep: of six instances, three; of seconds, as many as it takes" {
    cat >six.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "100/s", "calls": "front"},
    "front": {"kind": "pool", "of": "web", "balancer": "round_robin"},
    "web": {"kind": "server", "replicas": 6, "cores": 2, "endpoints": {"get": [{"work": "1ms"}]}}
  },
  "failures": [{"kind": "crash", "target": "web", "instances": 1, "at": "5s", "lasts": "10s"}]
}
JSON
    # k of six for half of the time: k/12 of all requests.
    run -0 "$SPATE" sweep six.json --vary failures.0.instances=1..6 --goal 'availability < 80%'
    [[ $output == *"3 is the first failures.0.instances that meets availability < 80%"* ]]
    # Three of six for n of 20 s: n/40.
    run -0 "$SPATE" sweep six.json --set failures.0.instances=3 --vary failures.0.lasts=1s..15s:1s --goal 'availability < 88.7%'
    [[ $output == *"5s is the first failures.0.lasts that meets"* ]]
}

@test "what cannot be is refused" {
    run -2 "$SPATE" faults two.json --kind crush
    [[ $output == *"--kind crush: there is no such kind of failure"*'did you mean "crash"?'* ]]
    run -2 "$SPATE" faults two.json --node pays
    [[ $output == *"--node pays: there is no such node"*'did you mean "pay"?'* ]]
    run -2 "$SPATE" faults two.json --at soon
    [[ $output == *"--at soon: "*"as in 90s or 5min"* ]]
    run -2 "$SPATE" faults two.json --at 1h
    [[ $output == *"nothing of it is in the run, which ends at 20s"* ]]
    run -2 "$SPATE" faults two.json --kind clock_skew
    [[ $output == *"there is nothing that can fail so"* ]]
    run -2 "$SPATE" faults two.json --seeds 0
    run -2 "$SPATE" faults nowhere.json
}
