#!/usr/bin/env bats
# What differs between two finished runs, and only that.

bats_require_minimum_version 1.5.0

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    cat >shop.json <<'JSON'
{
  "name": "shop",
  "run": {"warm_up": "2s", "measure": "40s"},
  "nodes": {
    "shoppers": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
    "web": {"kind": "server", "endpoints": {"buy": [{"work": {"kind": "exponential", "mean": "5ms"}}]}}
  },
  "expect": ["p(99) < 70ms", "availability >= 99%"]
}
JSON
}

shop() {
    "$spate" run shop.json --quiet --out "out/$1" "${@:2}" || [ $? -eq 99 ]
}

slower=nodes.web.endpoints.buy.0.work.mean=6ms

@test "equal runs: one sentence, exit 0, wherever they lie and whenever they ran" {
    shop a
    shop b
    run -0 "$spate" diff out/a out/b
    [ "$output" = "No difference." ]
    run -0 "$spate" diff out/a out/b --quiet
    [ -z "$output" ]
    "$spate" diff out/a out/b --format json | python3 -c '
import json, sys
assert json.load(sys.stdin)["equal"] is True'
}

@test "the scenario, the fingerprint, the expectation that turned and the figures, and nothing equal" {
    shop a
    shop b --set $slower
    run -99 "$spate" diff out/a out/b --all
    [[ $output == *"~ nodes.web.endpoints.buy.0.work.mean  5ms -> 6ms"* ]]
    [[ $output == *"  fingerprint  "*" -> "* ]]
    [[ $output == *"p(99) < 70ms  held -> CROSSED"* ]]
    [[ $output == *"latency_ms.p99"*" -> "* ]]
    # Of what is equal, nothing: the same users came, and all were served.
    [[ $output != *arrivals* ]]
    [[ $output != *"availability"* ]]
    [[ $output != *seed* ]]
    run -99 "$spate" diff out/a out/b --quiet
    [ -z "$output" ]
}

@test "replications on the same chance are paired, and python agrees with the interval" {
    shop a --replications 6
    shop b --replications 6 --set $slower
    run -99 "$spate" diff out/a out/b
    [[ $output == *"[95 % CI], paired:"* ]]
    "$spate" diff out/a out/b --format json >diff.json || [ $? -eq 99 ]
    python3 - <<'PY'
import csv, json, math
def column(folder):
    return [float(row["mean_ms"]) for row in csv.DictReader(open(f"out/{folder}/replications.csv"))]
pairs = [b - a for a, b in zip(column("a"), column("b"))]
n = len(pairs)
assert n == 6
mean = sum(pairs) / n
half = 2.570582 * math.sqrt(sum((x - mean) ** 2 for x in pairs) / (n - 1) / n)  # t of 5
diff = json.load(open("diff.json"))
assert diff["interval"] == "paired"
claim = {each["path"]: each for each in diff["figures"]}["latency_ms.mean"]
assert math.isclose(claim["difference"], mean, rel_tol=1e-9), (claim, mean)
assert math.isclose(claim["ci95"][0], mean - half, rel_tol=1e-5), (claim, half)
assert math.isclose(claim["ci95"][1], mean + half, rel_tol=1e-5)
PY
}

@test "other seeds, or other numbers of replications, are not paired: Welch's t, and it is said" {
    shop a --replications 6
    shop b --replications 8 --seed 7
    run -99 "$spate" diff out/a out/b
    [[ $output == *"seed "*"42 -> 7"* ]]
    [[ $output == *"replications "*"6 -> 8"* ]]
    [[ $output == *"Welch's t, not paired"* ]]
    [[ $output == *"latency_ms.mean"*"no difference shown"* ]]
    "$spate" diff out/a out/b --format json >diff.json || [ $? -eq 99 ]
    python3 - <<'PY'
import csv, json, math
def known(folder):
    values = [float(row["mean_ms"]) for row in csv.DictReader(open(f"out/{folder}/replications.csv"))]
    n = len(values)
    mean = sum(values) / n
    return mean, sum((x - mean) ** 2 for x in values) / (n - 1) / n, n - 1
(a, va, na), (b, vb, nb) = known("a"), known("b")
degrees = math.floor((va + vb) ** 2 / (va ** 2 / na + vb ** 2 / nb))
t = {5: 2.570582, 6: 2.446912, 7: 2.364624, 8: 2.306004, 9: 2.262157, 10: 2.228139, 11: 2.200985, 12: 2.178813}[degrees]
claim = {each["path"]: each for each in json.load(open("diff.json"))["figures"]}["latency_ms.mean"]
assert math.isclose(claim["difference"], b - a, rel_tol=1e-6), (claim, b - a)
assert math.isclose(claim["ci95"][1] - claim["ci95"][0], 2 * t * math.sqrt(va + vb), rel_tol=1e-5), claim
PY
}

@test "single runs are told apart by their batches; where one has none, no interval is made up" {
    shop a
    shop b --set $slower
    run -99 "$spate" diff out/a out/b
    [[ $output == *"Welch's t"* ]]
    shop short --duration 1s
    run -99 "$spate" diff out/a out/short
    [[ $output == *"no confidence interval: the second run has none: only "*" requests ended"* ]]
    [[ $output != *"["* ]]
}

@test "a folder used again keeps nothing of the run before" {
    shop a --replications 3
    [ "$(wc -l <out/a/replications.csv)" -eq 4 ]
    shop a
    [ ! -e out/a/replications.csv ]
}

@test "runs are found by their names in a catalogue" {
    shop before
    shop after --seed 3
    run -99 "$spate" diff before after --catalogue out/runs.sqlite
    cd out
    run -99 "$spate" diff before after/run.json
    [[ $output == *"42 -> 3"* ]]
    run -2 "$spate" diff before aftr
    [[ $output == *'did you mean "after"?'* ]]
}

@test "what is no run is exit 2 with its reason" {
    shop a
    run -2 "$spate" diff out/a nowhere
    [[ $output == *'"nowhere" is no folder of a run'* ]]
    run -2 "$spate" diff out/a nowhere --catalogue none.sqlite
    [ ! -e none.sqlite ]
    mkdir out/broken
    echo '{' >out/broken/run.json
    run -2 "$spate" diff out/a out/broken
    [[ $output == *"out/broken/run.json:2:1"* ]]
    run -2 "$spate" diff out/a
}

@test "a node that only one of them has is said once" {
    shop a
    python3 - <<'PY'
import json
shop = json.load(open("shop.json"))
shop["nodes"]["db"] = {"kind": "database", "queries": {"read": {"kind": "constant", "value": "1ms"}}}
json.dump(shop, open("shop.json", "w"))
PY
    shop b
    run -99 "$spate" diff out/a out/b
    [[ $output == *"+ nodes.db"* ]]
    [[ $output == *"nodes.db  not there -> "* ]]
}
