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
