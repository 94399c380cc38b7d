#!/usr/bin/env bats
# Comparisons as scripts and people see them: what is claimed, what is refused, what is written.

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    cat >shop.json <<'JSON'
{
  "name": "shop",
  "run": {"warm_up": "2s", "measure": "20s"},
  "nodes": {
    "shoppers": {"kind": "open_loop", "rate": "300/s", "calls": "front.buy"},
    "front": {"kind": "pool", "of": "web", "balancer": {"kind": "least_request", "choices": 3}},
    "web": {"kind": "server", "replicas": 4, "cores": 1,
            "endpoints": {"buy": [{"work": {"kind": "exponential", "mean": "8ms"}}]}}
  },
  "expect": ["availability >= 99%"]
}
JSON
}

# Runs with the streams apart: $output is the standard output, $errors the other.
apart() {
    status=0
    output=$("$@" 2>errors) || status=$?
    errors=$(cat errors)
}

@test "a row a variant, a sentence each, and equal arrivals" {
    apart "$SPATE" compare shop.json --vary nodes.front.balancer.kind=random,least_request
    [ "$status" -eq 0 ]
    [ -z "$errors" ]
    [[ $output == *"2 variants, 5 replications each"* ]]
    [[ $(echo $output) == *"least_request's p99 is "*" lower than random's, 95 % CI "*"; same "*" requests."* ]]
    [[ $output == *"arrivals are equal"* ]]
}

@test "it says who won, why, and gives the order to scripts" {
    apart "$SPATE" compare shop.json --vary nodes.front.balancer.kind=random,least_request --out out
    [ "$status" -eq 0 ]
    flat=$(echo $output)
    [[ $flat == *"least_request wins over random, the next: its p99 is "*" lower than random's, 95 % CI "* ]]
    [[ $flat == *"By p99, the best first: 1. least_request "*", 2. random "* ]]
    [[ $flat == *"Why least_request wins: with random a request at web waits "*" for its cores, with least_request "* ]]
    python3 - <<'PY'
import csv, json
ranking = json.load(open("out/compare.json"))["ranking"]
assert ranking["winner"] == "least_request" and ranking["order"] == ["least_request", "random"], ranking
ranks = {row["variant"]: row["rank"] for row in csv.DictReader(open("out/compare.csv"))}
assert ranks == {"least_request": "1", "random": "2"}, ranks
assert "least_request wins over random" in open("out/report.html").read()
PY
    cp shop.json same.json
    apart "$SPATE" compare shop.json same.json --replications 2
    [[ $(echo $output) == *"No winner: shop and same cannot be told apart by "* ]]
}

@test "all of a family are played, with what they share of the parameters" {
    apart "$SPATE" compare shop.json --vary nodes.front.balancer=all --replications 2 --quiet \
        --out out
    [ "$status" -eq 0 ] || [ "$status" -eq 99 ]  # one of them may lose so badly that users see it
    python3 - <<'PY'
import json
report = json.load(open("out/compare.json"))
names = [v["name"] for v in report["variants"]]
assert {"round_robin", "random", "least_request"} <= set(names), names
assert report["same_arrivals"] is True
assert len({v["arrivals_fingerprint"] for v in report["variants"]}) == 1
settings = {v["name"]: v["settings"]["nodes.front.balancer"] for v in report["variants"]}
assert '"choices":3' in settings["least_request"].replace(" ", "")
assert "choices" not in settings["round_robin"]
assert isinstance(report["left_out"], list)
PY
}

@test "whole objects can be listed" {
    apart "$SPATE" compare shop.json --replications 2 --vary \
        'nodes.front.balancer={"kind": "random"},{"kind": "least_request", "choices": 2}'
    [ "$status" -eq 0 ]
    [[ $output == *"least_request choices=2"* ]]
}

@test "several files, and several things at once" {
    sed 's/"8ms"/"4ms"/' shop.json >faster.json
    apart "$SPATE" compare shop.json faster.json --replications 3
    [ "$status" -eq 0 ]
    [[ $output == *"faster's p99 is "*"lower than shop's"* ]]
    [[ $output == *"arrivals are equal"* ]]
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --vary nodes.web.cores=1,2 \
        --replications 2 --json
    [ "$status" -eq 0 ]
    [[ $output == *'"replicas=5 cores=2"'* ]]
}

@test "a variant against itself shows no difference" {
    cp shop.json same.json
    apart "$SPATE" compare shop.json same.json --replications 3
    [ "$status" -eq 0 ]
    [[ $output == *"event for event: no difference shown"* ]]
}

@test "closed loops are said to send what they send" {
    cat >closed.json <<'JSON'
{
  "run": {"measure": "20s"},
  "nodes": {
    "people": {"kind": "users", "users": 20, "think_time": "100ms", "calls": "web"},
    "web": {"kind": "server", "cores": 1, "endpoints": {"buy": [{"work": "8ms"}]}}
  }
}
JSON
    apart "$SPATE" compare closed.json --vary nodes.web.cores=1,2 --replications 2
    [ "$status" -eq 0 ]
    [[ $output == *"arrivals are NOT equal to 1's: 2"* ]]
    [[ $(echo $output) == *"not the same requests"* ]]
}

@test "the same seed gives the same numbers, however many jobs" {
    for jobs in 1 3; do
        "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --replications 3 --jobs $jobs \
            --out out$jobs --quiet
        grep -v '"wall_s"' out$jobs/compare.json >json$jobs
    done
    cmp json1 json3
    cmp out1/compare.csv out3/compare.csv
    [ "$(ls out1 | tr '\n' ' ')" = "charts compare.csv compare.json manifest.json report.html " ]
}

@test "a variant that crosses an expectation exits with 99, with the whole report" {
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --replications 2 \
        --threshold 'p(99) < 1us' --out out
    [ "$status" -eq 99 ]
    [[ $output == *"CROSSED  4: p(99) < 1us  in 2 of 2 replications"* ]]
    [ -s out/compare.json ] && [ -s out/compare.csv ]
}

@test "more replications are played until the metric is known well enough" {
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --metric mean --precision 2%
    [ "$status" -eq 0 ]
    [[ $output == *"--precision 2 %: mean is known to within "* ]]
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --metric p99 --precision 0.01% \
        --max-replications 6
    [[ $output == *"p99 is only known to within "*" after 6 replications"* ]]
}

@test "any quantity can be the metric" {
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --replications 3 \
        --metric web.utilisation
    [ "$status" -eq 0 ]
    [[ $output == *"5's web.utilisation is 12 percentage points lower"* ]]
}

@test "a warm-up is cut where MSER-5 says, for all alike" {
    apart "$SPATE" compare shop.json --vary nodes.web.replicas=4,5 --replications 2 --warm-up auto
    [ "$status" -eq 0 ]
    [[ $output == *"cut by MSER-5 at "*" for all"* ]]
}

@test "a lab is compared over what it varies" {
    cat >lab.json <<'JSON'
{
  "rows": ["XX-01"], "title": "t", "scenario": "shop.json",
  "vary": "nodes.web.replicas=4,5", "claim": {"faster": {"expect": "p(99)[5] < p(99)[4]", "because": "more servers"}},
  "controls": {"cores": {"set": {"nodes.web.cores": 100}, "breaks": ["faster"],
                         "claim": {"alike": {"expect": "p(99)[5] == p(99)[4]", "because": "nobody waits"}}}}
}
JSON
    apart "$SPATE" compare lab.json --replications 2
    [ "$status" -eq 0 ]
    [[ $output == *"against 4"* ]]
}

@test "what is wrong exits with 2, says where, and writes nothing" {
    wrong() {
        apart "$SPATE" compare --out out "$@"
        [ "$status" -eq 2 ]
        [ -z "$output" ]
        [ ! -e out ]
    }
    wrong shop.json
    [[ $errors == *"only one variant"*"--vary PATH=a,b"* ]]
    wrong shop.json --vary nodes.wbe.replicas=1,2
    [[ $errors == *'--vary nodes.wbe.replicas'*'did you mean "web"'* ]]
    wrong shop.json --vary nodes.front.balancr=all
    [[ $errors == *'did you mean "balancer"'* ]]
    wrong shop.json --vary nodes.front.balancer=random,raandom
    [[ $errors == *'did you mean "random"'* ]]
    wrong shop.json --vary nodes.web.replicas=4,4
    [[ $errors == *'"4" is there twice'* ]]
    wrong shop.json --vary nodes.web.replicas=8..4
    [[ $errors == *"its end is not above its begin"* ]]
    wrong shop.json --vary replicas
    [[ $errors == *"expected PATH=a,b,c"* ]]
    wrong shop.json --vary nodes.web.replicas=4,5 --metric p98
    [[ $errors == *"--metric, column 1: there is no figure"* ]]
    wrong shop.json --vary nodes.web.replicas=4,5 --baseline 6
    [[ $errors == *'no variant "6"'* ]]
    wrong shop.json --vary nodes.web.replicas=4,5 --precision none
    [[ $errors == *"expected a share above 0, as in 2%"* ]]
    wrong nothing.json --vary nodes.web.replicas=4,5
    [[ $errors == *"nothing.json: cannot be read"* ]]
    [ "$(grep -c "cannot be read" errors)" -eq 1 ]
    sed -i 's/"rate"/"rat"/' shop.json
    wrong shop.json --vary nodes.web.replicas=4,5
    [[ $errors == *"shop.json:5:"*'did you mean "rate"'* ]]
    [ "$(grep -c "did you mean" errors)" -eq 1 ]
}

@test "help teaches" {
    apart "$SPATE" compare --help
    [ "$status" -eq 0 ]
    [[ $output == *"common random numbers"*"Exit:"*"spate compare shop.json --vary"* ]]
}

@test "autoscalers are compared by what they are chosen by, and the Pareto set is named" {
    cat >scaled.json <<'JSON'
{
  "run": {"measure": "3min"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "120/s", "calls": "app.get"},
    "app": {"kind": "server", "replicas": 2, "price": "$1/h", "objective": {"latency": "200ms"},
            "autoscaler": "fixed", "endpoints": {"get": [{"work": "15ms"}]}}
  }
}
JSON
    apart "$SPATE" compare scaled.json --replications 2 \
        --vary 'nodes.app.autoscaler=fixed,{"kind": "hpa", "min_replicas": 1, "max_replicas": 9, "metrics": [{"cpu": "50%"}]}'
    [ "$status" -eq 0 ]
    [[ $output == *"app.breach_t"* && $output == *"app.instance"* ]]
    [[ $output == *"Pareto set over p99, app.breach_time,"* ]]
}
