#!/usr/bin/env bats
# What the tests of alerts hold to be Prometheus' answers are Prometheus' answers.

@test "promtool says that the cases are right" {
    cd "$BATS_TEST_DIRNAME"
    run promtool test rules promtool_cases.json
    [ "$status" -eq 0 ]
    [[ $output == *SUCCESS* ]]
}

@test "promtool finds a case that is wrong" {
    cp "$BATS_TEST_DIRNAME"/promtool_*.json "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR"
    sed -i '0,/"value": /s//"value": 1/' promtool_cases.json
    run promtool test rules promtool_cases.json
    [ "$status" -ne 0 ]
}
