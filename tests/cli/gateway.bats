#!/usr/bin/env bats
# The shipped topology of a gateway, and the way of one request through it.

bats_require_minimum_version 1.5.0

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
}

@test "an order is checked, counted, looked up, routed and published, in this order" {
    "$spate" run scenarios/stories/edge/gateway.json --duration 10s --quiet --no-report --out "$BATS_TEST_TMPDIR/out" || true
    id=$("$spate" trace "$BATS_TEST_TMPDIR/out" --list | awk '/orders succeeded/ {print $2; exit}')
    run -0 "$spate" trace "$BATS_TEST_TMPDIR/out" --id "$id"
    spans=$(tr '\n' ' ' <<<"$output")
    [[ $spans == *"[alb server]"*"[scg["*" server]"*"jwt"*"[redis["*"lb_orders"*"[order_service["*"kafka"* ]]
}
