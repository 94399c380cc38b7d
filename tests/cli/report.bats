#!/usr/bin/env bats
# Reports and charts, as files: what is written, when, and that it is the same each time.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.."
    spate=$(readlink -f "${SPATE:-build/spate}")
    out=$BATS_TEST_TMPDIR/out
}

pool() {
    "$spate" run scenarios/models/nodes/pool.json --quiet --out "$1"
}

@test "a run leaves its report and its charts, made again with the same bytes" {
    pool "$out"
    cp -r "$out" "$BATS_TEST_TMPDIR/first"
    rm -r "$out/report.html" "$out/charts"
    "$spate" report "$out"
    "$spate" chart "$out" --png never
    diff -r "$out" "$BATS_TEST_TMPDIR/first"
}

@test "the report says what a single run's intervals rest on, or why it has none" {
    pool "$out"
    grep -q '<p class="muted basis">95 % intervals are by the batches of this one run' "$out/report.html"
    "$spate" run scenarios/models/nodes/pool.json --quiet --duration 1s --out "$out/short" || true
    grep -q '<p class="muted basis">No confidence intervals: only [0-9]* requests ended' "$out/short/report.html"
    "$spate" run scenarios/models/nodes/pool.json --quiet --replications 2 --out "$out/two"
    run ! grep -q '<p class="muted basis">\(95 % intervals\|No confidence intervals\)' "$out/two/report.html"
}

@test "the same scenario and seed are drawn alike" {
    pool "$out"
    pool "$BATS_TEST_TMPDIR/again"
    diff -r "$out/charts" "$BATS_TEST_TMPDIR/again/charts"
    cmp "$out/drawn.json" "$BATS_TEST_TMPDIR/again/drawn.json"
}

@test "every chart is XML that others read" {
    pool "$out"
    "$spate" chart "$out" -o "$BATS_TEST_TMPDIR/dark" --look dark --png never
    xmllint --noout "$out"/charts/*.svg "$BATS_TEST_TMPDIR"/dark/*.svg
}

@test "PNG files come from rsvg-convert where it is there, and only there" {
    pool "$out"
    run -0 "$spate" chart "$out" --only latency_over_time --png always
    [ "${lines[1]}" = "$out/charts/latency_over_time.png" ]
    [ "$(head -c 4 "$out/charts/latency_over_time.png" | tail -c 3)" = PNG ]
    PATH=$BATS_TEST_TMPDIR run -2 "$spate" chart "$out" --png always
    [[ $output == *librsvg2-bin* ]]
    rm "$out"/charts/*.png
    PATH=$BATS_TEST_TMPDIR run -0 "$spate" chart "$out"
    [ -z "$(find "$out" -name '*.png')" ]
}

@test "what is no run, no chart or no folder is said: exit 2, nothing written" {
    run -2 "$spate" report "$BATS_TEST_TMPDIR/nowhere"
    [[ $output == *"nowhere is no folder that --out wrote"* ]]
    pool "$out"
    run -2 "$spate" chart "$out" --only latency -o "$BATS_TEST_TMPDIR/none"
    [[ $output == *"there are: latency_over_time, outcomes"* ]]
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
    rm "$out/manifest.json" # else it is refused as a mix
    echo '{"nodes": 3}' >"$out/run.json"
    run -2 "$spate" report "$out" -o "$BATS_TEST_TMPDIR/none.html"
    [ ! -e "$BATS_TEST_TMPDIR/none.html" ]
    [[ $output == *"cannot be drawn"* ]]
    # What breaks while it is drawn, not while it is read.
    pool "$out" && sed -i 's/"spent_s": {/"spent_s": null, "was": {/' "$out/run.json" && rm "$out/manifest.json"
    run -2 "$spate" chart "$out" -o "$BATS_TEST_TMPDIR/none"
}

@test "a chart holds the numbers of run.json" {
    pool "$out"
    "$spate" chart "$out" --only time_spent --png never >/dev/null
    # The mean of all time at a node stands beside its bar.
    mean=$(python3 - "$out/run.json" <<'PY'
import json, sys
node = json.load(open(sys.argv[1]))["nodes"]["web"]
ended = node["totals"]["offered"] - node["totals"]["in_flight"]
print("%.3g ms" % (sum(node["spent_s"].values()) * 1e3 / ended))
PY
)
    grep -qF ">$mean</text>" "$out/charts/time_spent.svg"
}

@test "a comparison and a sweep leave their reports and charts too" {
    "$spate" compare scenarios/models/nodes/pool.json --replications 3 --duration 10s --quiet \
        --vary nodes.front.balancer=round_robin,random --out "$out" || [ $? -eq 99 ]
    [ -s "$out/report.html" ] && [ -s "$out/charts/differences.svg" ]
    run -0 "$spate" chart "$out" --png never
    [ "$output" = "$(printf '%s\n' "$out"/charts/{variants,differences,percentiles}.svg)" ]
    "$spate" sweep scenarios/models/nodes/pool.json --replications 2 --duration 10s --quiet \
        --vary nodes.web.replicas=4..6 --vary nodes.clients.rate=100/s,200/s --out "$out-sweep" || [ $? -eq 99 ]
    [ -s "$out-sweep/report.html" ] && [ -s "$out-sweep/charts/grid.svg" ]
    xmllint --noout "$out"/charts/*.svg "$out-sweep"/charts/*.svg
}

@test "a graph is read by dot, and as XML; every node and every call is in each format" {
    story=scenarios/stories/covid/march.json
    "$spate" graph "$story" >"$BATS_TEST_TMPDIR/graph.svg"
    xmllint --noout "$BATS_TEST_TMPDIR/graph.svg"
    grep -q '>learners</text>' "$BATS_TEST_TMPDIR/graph.svg"
    "$spate" graph "$story" --format dot | dot -Tplain >"$BATS_TEST_TMPDIR/plain"
    [ "$(grep -c '^node' "$BATS_TEST_TMPDIR/plain")" -eq 6 ]
    [ "$(grep -c '^edge' "$BATS_TEST_TMPDIR/plain")" -eq 6 ]
    run -0 "$spate" graph "$story" --format mermaid
    [ "${lines[0]}" = "flowchart LR" ]
    [ "$(grep -c -- '-->' <<<"$output")" -eq 6 ]
    run -2 "$spate" graph tests/bad/unknown_node.json
}

@test "README's picture is what the program draws of the story" {
    story=scenarios/stories/covid
    "$spate" run $story/march.json --quiet --out "$out" || [ $? -eq 99 ]
    cmp "$out/charts/latency_over_time.svg" $story/latency_over_time.svg
    "$spate" chart "$out" --only latency_over_time --look dark --png never
    cmp "$out/charts/latency_over_time.svg" $story/latency_over_time-dark.svg
}

# Two hundred nodes in ten layers, all of them busy, for 24 hours.
day() {
    python3 - <<'PY'
import json
nodes = {f"client{i}": {"kind": "open_loop", "rate": "0.1/s", "calls": f"s0_{i}"} for i in range(20)}
for layer in range(9):
    for i in range(20):
        steps = [{"work": {"kind": "exponential", "mean": "20ms"}}]
        if layer < 8:
            steps.append({"call": f"s{layer + 1}_{(i * 7 + layer) % 20}"})
        nodes[f"s{layer}_{i}"] = {"kind": "server", "endpoints": {"x": steps}}
print(json.dumps({"run": {"measure": "24h"}, "nodes": nodes}))
PY
}

@test "the report of 24 hours with 200 nodes is under 3 MB, and takes less than 2 s" {
    day | "$spate" run - --quiet --out "$out"
    [ "$(stat -c %s "$out/report.html")" -lt 3000000 ]
    local TIMEFORMAT=%U
    { time "$spate" report "$out" >/dev/null; } 2>"$BATS_TEST_TMPDIR/time"
    # Of the processor: other tests run beside this one.
    awk '{ exit $1 >= 2 }' "$BATS_TEST_TMPDIR/time"
}
