#!/usr/bin/env bats
# Traces and logs of a run, read by what others wrote: OpenTelemetry's messages and speedscope's page.

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.."
    spate=$(readlink -f "${SPATE:-build/spate}")
    export spate RUNS=$BATS_FILE_TMPDIR
    "$spate" run tests/traces/shop.json --quiet --out "$RUNS/shop"
    cp tests/traces/{package.json,package-lock.json,readers.js} "$RUNS/"
    cd "$RUNS" && npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
}

# Whether a claim of readers.js holds of a run's export.
reads() {
    "$spate" export "$RUNS/shop" --to "$1" -o "$RUNS/exported.$1"
    node "$RUNS/readers.js" "${2:-$1}" "$RUNS/exported.$1" "$RUNS/shop"
}

@test "OpenTelemetry's messages hold what is exported for it, and nothing is lost" {
    reads otlp
}

@test "speedscope opens a trace without a word" {
    reads chrome speedscope
}

@test "the export for Chrome is the trace.json that the run wrote" {
    "$spate" export "$RUNS/shop" --to chrome | cmp - "$RUNS/shop/trace.json"
}

@test "Zipkin's spans are as its interface describes them" {
    reads zipkin
}

@test "Jaeger's traces have every span, with its process and its parent" {
    reads jaeger
}

@test "spate trace prints one tree, and a list of all" {
    run -0 "$spate" trace "$RUNS/shop" --slowest
    [[ $output == *"waited for"* && $output == *"└─ "* && $output == *"critical path"* ]]
    run -0 "$spate" trace "$RUNS/shop" --id 1
    [[ $output == "trace "*"(1 of "* ]]
    run -0 "$spate" trace "$RUNS/shop" --list
    [ "${#lines[@]}" -gt 100 ]
    run -2 "$spate" trace "$RUNS/shop" --id zzz
    [[ $output == *"there is no such trace"* ]]
}

@test "a run that traced nothing says how to trace" {
    "$spate" run "$BATS_TEST_DIRNAME/shop.json" --quiet --set run.traces.share=0% --out "$RUNS/none"
    run -2 "$spate" trace "$RUNS/none"
    [[ $output == *"run.traces"* ]]
    [ ! -e "$RUNS/none/trace.json" ]
}

@test "the gateway's log has seven fields a line, the balancer's 29" {
    "$spate" export "$RUNS/shop" --to gateway | python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
fields = ["method", "url", "status", "duration", "userAgent", "ip", "timestamp"]
assert len(lines) > 1000 and all(list(line) == fields for line in lines)'
    "$spate" export "$RUNS/shop" --to alb | python3 -c '
import shlex, sys
lines = [shlex.split(line) for line in sys.stdin]
assert len(lines) > 1000 and {len(line) for line in lines} == {29}, {len(line) for line in lines}'
}
