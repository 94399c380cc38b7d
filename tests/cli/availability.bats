#!/usr/bin/env bats
# spate availability: sums from numbers, and of a scenario beside its run.

bats_require_minimum_version 1.5.0

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_DIRNAME/../.." || return 1
}

@test "nines become downtime, in percent or as a share" {
    for each in 99.9 99.9% 0.999 .999; do
        run -0 "$spate" availability nines "$each"
        [[ $output == *"8.76 h"* && $output == *"43.2 min"* ]]
    done
}

@test "series, parallel, k of n, budgets and times" {
    run -0 "$spate" availability series .999 x5
    [[ $output == *"99.501 %"* ]]
    run -0 "$spate" availability parallel .99 x2
    [[ $output == *"99.99 %"* ]]
    run -0 "$spate" availability kofn 2 3 .99
    [[ $output == *"99.9702 %"* ]]
    run -0 "$spate" availability budget 99.9 72h
    [[ $output == *"4.32 min"* ]]
    run -0 "$spate" availability mtbf 720h 0.72h
    [[ $output == *"99.9001 %"* ]]
    # MTTF = (3 lambda + mu) / (2 lambda^2) = 5150 h.
    run -0 "$spate" availability repair 1 2 1 100h 1h
    [[ $output == *"214.6 d"* ]]
}

@test "what is no number, no time or no question is said, exit 2" {
    run -2 --separate-stderr "$spate" availability nines foo
    [[ $stderr == *'"foo" is no number'* && $stderr == *"99.9%"* ]]
    run -2 --separate-stderr "$spate" availability budget 99.9 30
    [[ $stderr == *'"30" is no time'* ]]
    run -2 --separate-stderr "$spate" availability kofn 4 3 .9
    [[ $stderr == *"4 of 3"* ]]
    run -2 --separate-stderr "$spate" availability kofn 2 3
    [[ $stderr == *"kofn NEEDED ALL AVAILABILITY"* ]]
    run -2 --separate-stderr "$spate" availability frob nicate
    [[ $stderr == *"no question"* && $stderr == *"series"* ]]
}

@test "of a scenario: parts as though independent, beside what was measured, and what they share" {
    run -0 "$spate" availability AV-08
    [[ $output == *"users"*"95.099 %"* ]]
    run -0 "$spate" availability scenarios/models/failures/random_crashes.json --set failures.0.common_cause=20%
    [[ $output == *"have a common cause"* ]]
    run -0 "$spate" availability AV-08 --format json
    python3 -c 'import json, sys; all = json.loads(sys.argv[1])
assert abs(all["users"][0]["independent"] - 0.99 ** 5) < 1e-9
assert abs(all["users"][0]["measured"] - 0.951) < 0.006' "$output"
}

@test "every availability case of tests/truth is met, asked for as a user would" {
    run -0 python3 tests/truth/availability_truth.py "$spate"
    [[ $output == *"k of n: 14 of 14 cases met"*"repaired by crews: 17 of 17 cases met"* ]]
}

three='{"nodes": {"users": {"kind": "open_loop", "rate": "1/s", "calls": "app"},
    "app": {"kind": "server", "replicas": 3, "endpoints": {"get": [{"work": "1ms"}]}}},
    "failures": [{"kind": "crash", "target": "app", "time_to_fail": {"kind": "exponential", "mean": "215h"},
                  "time_to_repair": {"kind": "exponential", "mean": "1h"}}]}'

@test "rare outages: the estimate, its interval, its runs and its method, beside the closed form" {
    run -0 "$spate" availability - --rare <<<"$three"
    [[ $output == *"balanced failure biasing"*"95 %"*"estimated"*"by brute force"*"closed form"*"reduction"* ]]
    [[ $output == *"100,000 cycles"*"brute force saw 1 with an outage"* ]]
    run -0 "$spate" availability - --rare --format json <<<"$three"
    python3 -c 'import json, sys; all = json.loads(sys.argv[1]); user, = all["users"]
found = user["estimated"]
assert abs(user["closed_form"] - 216.0 ** -3) < 1e-15
# Four standard errors, and each is below a hundredth of it.
assert abs(found["unavailability"] - 216.0 ** -3) < 4 * found["standard_error"] < 0.05 * 216.0 ** -3
assert user["variance_reduction"] > 100 and user["cycles"] == 100000 and "Shahabuddin" in all["method"]' "$output"
    [ "$output" = "$("$spate" availability - --rare --format json <<<"$three")" ]
    [ "$output" != "$("$spate" availability - --rare --seed 7 --format json <<<"$three")" ]
}

@test "rare outages are refused with their place where the method does not apply" {
    refused() {
        run -2 --separate-stderr "$spate" availability - --rare "${@:3}" <<<"$three"
        [[ $stderr == *"$1"*"$2"* ]]
    }
    refused /failures/0/time_to_fail exponential --set failures.0.time_to_fail=215h
    refused /failures/0/time_to_repair exponential --set failures.0.time_to_repair.kind=constant \
        --set failures.0.time_to_repair='{"kind": "constant", "value": "1h"}'
    refused /failures/0/common_cause independent --set failures.0.common_cause=10%
    refused /failures/0 "at a time of its own" --set 'failures=[{"kind": "crash", "target": "app", "at": "1s", "lasts": "1s"}]'
    refused /failures "nobody needs anything" --set failures='[]'
    run -2 --separate-stderr "$spate" availability nines 99.9 --rare
    [[ $stderr == *"--rare is of a scenario"* ]]
}
