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

@test "what was kept of how many is said, and the slowest and the failed are found by time" {
    "$spate" run "$BATS_TEST_DIRNAME/shop.json" --set run.traces.most=60 --out "$RUNS/few" >"$RUNS/few.txt" || true
    tr -s ' \n' ' ' <"$RUNS/few.txt" >"$RUNS/few.line"
    grep -q "traces: 60 of [0-9]* traced requests are kept: of each 6.67 s of the run the 5 slowest, 5 that failed" "$RUNS/few.line"
    run -0 "$spate" trace "$RUNS/few" --list
    [[ ${lines[-1]} == "60 of "*" traced requests are kept: "* ]]
    run -0 "$spate" trace "$RUNS/few" --failed
    [[ $output == *", failed, "* || $output == *", timed_out, "* ]]
    run -0 "$spate" trace "$RUNS/few" --failed --list
    [ "${#lines[@]}" -ge 3 ]
    [[ $output != *" succeeded"* ]]
    # Under way at the middle of the first failed one.
    read -r _ id at took _ <<<"${lines[1]}"
    middle=$(python3 -c "print(f'{$at + $took / 2000:.4f}s')")
    run -0 "$spate" trace "$RUNS/few" --at "$middle" --list
    [[ $output == *"$id"* ]]
    run -2 "$spate" trace "$RUNS/few" --at 19h
    [[ $output == *"was under way then"*"the nearest came at "* ]]
    run -2 "$spate" trace "$RUNS/few" --at noon
    [[ $output == *"--at noon"*"as 372.5s or 6min"* ]]
    run -2 "$spate" trace "$RUNS/few" --id 1 --failed
    [[ $output == *"--id names one trace"* ]]
    # The same bytes, whoever plays it; and the exports go on with fewer.
    "$spate" run "$BATS_TEST_DIRNAME/shop.json" --set run.traces.most=60 --quiet --replications 3 --jobs 2 --out "$RUNS/again" || true
    cmp "$RUNS/few/traces.jsonl" "$RUNS/again/traces.jsonl"
    "$spate" export "$RUNS/few" --to otlp -o "$RUNS/few.otlp"
    node "$RUNS/readers.js" otlp "$RUNS/few.otlp" "$RUNS/few"
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
