#!/usr/bin/env bats
# Measured times have the law that they were drawn from, in words that a scenario takes; what no law
# fits is said to be so.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here" || return 1
    unset NO_COLOR
}

# 4,000 numbers by an expression of Python's random.
drawn() {
    python3 -c "
import random
random.seed(5)
for i in range(4000): print('%.6f' % ($1))"
}

# A value of the JSON on the standard input, by an expression on `all`.
says() {
    python3 -c '
import json, math, sys
all = json.load(sys.stdin)
law = {each["law"]: each for each in all["laws"]}
assert '"$1"', json.dumps(all["laws"][0])'
}

# Python's generator is not ours: 3.5 standard errors, of n = 4,000 (Fisher's information).
@test "samples of others' generators have their laws and parameters" {
    drawn 'random.expovariate(1 / 4.0)' >exponential
    "$SPATE" calibrate exponential --unit ms --format json >out.json
    says 'all["best"] == "exponential"' <out.json
    says 'abs(law["exponential"]["parameters"]["mean"] - 0.004) < 3.5 * 0.004 / math.sqrt(4000)' <out.json
    says 'all["values"] == 4000 and not law["uniform"]["fits"] and not law["lognormal"]["fits"]' <out.json

    drawn 'random.lognormvariate(1, 0.5)' >lognormal
    "$SPATE" calibrate lognormal --unit ms --format json >out.json
    says 'all["best"] == "lognormal"' <out.json
    says 'abs(law["lognormal"]["parameters"]["sigma"] - 0.5) < 3.5 * 0.5 / math.sqrt(8000)' <out.json
    says 'abs(law["lognormal"]["parameters"]["mu"] - (1 - math.log(1000))) < 3.5 * 0.5 / math.sqrt(4000)' <out.json

    drawn 'random.weibullvariate(20, 0.7)' >weibull
    "$SPATE" calibrate weibull --unit us --format json >out.json
    says 'all["best"] == "weibull"' <out.json
    says 'abs(law["weibull"]["parameters"]["shape"] - 0.7) < 3.5 * 0.7797 * 0.7 / math.sqrt(4000)' <out.json

    drawn 'random.gammavariate(4, 2.5)' >gamma
    "$SPATE" calibrate gamma --unit ms --format json >out.json
    says 'all["best"] == "gamma"' <out.json
    # psi(4) is 1.2561, its derivative 0.28382.
    says 'abs(law["gamma"]["parameters"]["shape"] - 4) < 3.5 / math.sqrt(4000 * (0.28382 - 0.25))' <out.json
    says 'abs(law["gamma"]["parameters"]["mean"] - 0.01) < 3.5 * 0.01 / math.sqrt(16000)' <out.json

    yes 2.5 | head -n 100 | "$SPATE" calibrate - --unit ms --format json >out.json
    says 'all["best"] == "constant" and all["notation"] == "2.5ms"' <out.json
}

@test "what it prints is a service time that a scenario takes" {
    drawn 'random.lognormvariate(1, 0.5)' >lognormal
    "$SPATE" calibrate lognormal --unit ms >said
    grep -q "^The best that fits is lognormal:" said
    law=$(grep '"service_time":' said)
    echo "{\"run\": {\"measure\": \"60s\"}, \"nodes\": {\"clients\": {\"kind\": \"open_loop\", \"rate\": \"100/s\", \"calls\": \"db\"},
        \"db\": {\"kind\": \"database\", \"cores\": 64, $law}}, \"expect\": []}" >scenario.json
    # exp(1 + 0.125) ms is 3.08 ms: of 6,000 requests and 4,000 samples with 0.53 of deviation 3.5 errors.
    run -0 "$SPATE" run scenario.json --quiet --set 'expect=["mean > 2.93ms", "mean < 3.23ms"]'
}

@test "a column is found by its name, with its unit, and quantiles are the sample's own" {
    {
        echo 'time,"name, quoted",latency_ms,status'
        for i in {1..1000}; do echo "$i,\"a,b\",$i,200"; done
        echo '1001,x,-,504'
    } >requests.csv
    "$SPATE" calibrate requests.csv --format json >out.json
    says 'all["column"] == "latency_ms" and all["missing"] == 1 and all["resolution"] == 0.001' <out.json
    # Ranks 500, 900, 990 and 999 of 1 to 1,000 ms.
    says 'all["measured"]["p50"] == 0.5 and all["measured"]["p90"] == 0.9' <out.json
    says 'all["measured"]["p99"] == 0.99 and all["measured"]["p99.9"] == 0.999' <out.json
    says 'all["best"] == "uniform"' <out.json
    "$SPATE" calibrate requests.csv --column latency --format json | cmp - out.json
    # Seconds, where nothing says another unit.
    "$SPATE" calibrate requests.csv --column status --format json >out.json
    says 'all["measured"]["mean"] > 200' <out.json
}

@test "whole milliseconds are held against whole milliseconds" {
    python3 -c '
import random
random.seed(6)
for i in range(4000): print(round(random.expovariate(1 / 8.0)))' >whole
    "$SPATE" calibrate whole --unit ms --format json >out.json
    says 'law["exponential"]["fits"] and all["zeros"] > 100' <out.json
    grep -q "in steps of 1 ms" <("$SPATE" calibrate whole --unit ms)
}

@test "when no law fits it says so, and gives an empirical one" {
    drawn 'random.choice([10, 20, 30]) + random.random()' >heights
    "$SPATE" calibrate heights --unit ms >said
    grep -q "^No law of these fits: use an empirical distribution." said
    grep -q '"kind": "empirical"' said
    "$SPATE" calibrate heights --unit ms --format json >out.json
    says 'all["best"] is None and all["notation"]["kind"] == "empirical"' <out.json
    says 'all["notation"]["quantiles"][0]["share"] == "0%" and all["notation"]["quantiles"][-1]["share"] == "100%"' <out.json
}

@test "the same file has the same answer" {
    drawn 'random.lognormvariate(1, 0.5)' >lognormal
    "$SPATE" calibrate lognormal --unit ms >first
    "$SPATE" calibrate lognormal --unit ms | cmp - first
}

@test "what are no times is one placed problem" {
    local said
    printf '1\n2\nx\n' >word
    printf -- '1\n-2\n' >negative
    printf '1\n1e400\n' >endless
    printf 'a,b\n1,2\n' >columns
    printf 'latency\n1,2\n' >wide
    printf '1,2\n3,4\n' >unnamed
    printf '1\n2\n' >few
    printf 'latency_ms\n' >none
    : >empty
    while read -r file said; do
        echo "$file"
        run -2 --separate-stderr "$SPATE" calibrate "$file"
        [ -z "$output" ]
        [[ $stderr == *"$said"* ]]
    done <<'END'
word word:3:1: "x" is no number
negative negative:2:1: "-2" is no time
endless endless:2:1: "1e400" is no number
columns there is no column "latency"
wide wide:2:1: 2 fields, and the first line has 1
unnamed the 2 columns have no names
few 2 values tell no law
none there are no numbers in it
empty there are no numbers in it
missing missing: 
END
    run -2 --separate-stderr "$SPATE" calibrate columns --column c
    [[ $stderr == *'there is no column "c"'* ]]
    run -2 "$SPATE" calibrate few --unit h
}
