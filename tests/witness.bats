#!/usr/bin/env bats
# Real servers beside their scenarios: how tools/witness is asked, and a real nginx.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    export SPATE
    tree=$(readlink -f "$BATS_TEST_DIRNAME/..")
    witness=$tree/tools/witness
    export TMPDIR=$BATS_TEST_TMPDIR
    cd "$BATS_TEST_TMPDIR" || return 1
}

nothing_is_left() {
    run find "$BATS_TEST_TMPDIR" -name 'spate-witness.*'
    [ -z "$output" ]
}

@test "the usage names every server, and every server has its measurement" {
    run -0 "$witness" --help
    for server in nginx haproxy redis postgresql rabbitmq; do
        [[ ${lines[0]} == *"$server"* ]]
        [ -f "$tree/tools/witnesses/$server.sh" ]
    done
}

@test "what is wrong with how it is asked is said, and nothing is started" {
    run -2 "$witness" apache
    [[ $output == *"apache: there is no such server here"*"there are: nginx haproxy"* ]]
    run -2 "$witness" --second 20
    [[ $output == *"--second: there is no such option"* ]]
    for seconds in '' 0 9 10s 1000 -20; do
        run -2 "$witness" nginx --seconds $seconds
        [[ $output == *"write a whole number from 10 to 999"* ]]
    done
    mkdir there
    run -2 "$witness" nginx --out there
    [[ $output == *"there is such a file already"* ]]
    SPATE=nowhere/spate SPATE_SERVER_PATH=$(servers nginx) run -2 "$witness" nginx
    [[ $output == *"nowhere/spate: there is no such program"* ]]
    nothing_is_left
}

servers() {  # NAME...: a folder with programs of these names
    local each
    mkdir -p "$BATS_TEST_TMPDIR/servers"
    for each in "$@"; do
        printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/servers/$each"
        chmod +x "$BATS_TEST_TMPDIR/servers/$each"
    done
    echo "$BATS_TEST_TMPDIR/servers"
}

@test "a server that is not installed is said with the command that installs it" {
    mkdir empty
    export SPATE_SERVER_PATH=$BATS_TEST_TMPDIR/empty
    run -2 "$witness" nginx redis
    [[ $output == *"not installed: nginx-light redis-server"* ]]
    [[ $output == *"apt-get install --no-install-recommends nginx-light redis-server"* ]]
    run -2 "$witness"
    [[ $output == *"nginx-light haproxy redis-server postgresql rabbitmq-server"* ]]
    # PostgreSQL is several programs.
    SPATE_SERVER_PATH=$(servers postgres initdb pgbench) run -2 "$witness" postgresql
    [[ $output == *"not installed: postgresql"* ]]
    nothing_is_left
}

@test "a server that does not start is said with its own words, and nothing is left" {
    SPATE_SERVER_PATH=$(servers nginx)
    printf '#!/bin/sh\necho nginx: no room for me >&2\nexit 1\n' >"$SPATE_SERVER_PATH/nginx"
    export SPATE_SERVER_PATH
    run -1 "$witness" nginx --seconds 10
    [[ $output == *"nginx does not start"*"no room for me"* ]]
    nothing_is_left
}

# Rows of figures of which is known whether they agree: the mean of three differences of 10, 11 and
# 12 with a standard deviation of 1 is within 9.925 / sqrt(3) = 5.73 of nothing, or not. (Student's t,
# two degrees of freedom, as in any table of it: 9.925 for 99 %, 31.599 for 99.9 %.)
table() {  # SIMULATED SHARE FLOOR [KNOWN [ROWS]]
    printf '{"server": "s", "case": "c", "figure": "mean", "unit": "ms", "real": [100, 100, 100],
        "simulated": %s, "share": %s, "floor": %s, "known": "%s"}' "$1" "$2" "$3" "${4-}" |
        tr -d '\n' >row.jsonl
    local i
    for ((i = 0; i < ${5-1}; ++i)); do cat row.jsonl; echo; done >rows.jsonl
    python3 "$tree/tools/witnesses/table.py" rows.jsonl
}

@test "a difference is held to what chance explains, on top of what an exact model misses" {
    run -99 table '[110, 111, 112]' 0.05 0
    [[ $output == *"+11.00 %"*"NOT within 10.73 %"* ]]
    run -0 table '[110, 111, 112]' 0.06 0
    [[ $output == *"+11.00 %"*"within 11.73 %"* ]]
    # Ten rows at once: each is held to 1 in 1000, which is 31.599 / sqrt(3) = 18.24.
    run -0 table '[110, 111, 112]' 0.05 0 '' 10
    [[ $output == *"within 23.24 %"* ]]
    run -99 table '[101, 101, 101]' 0 0.9
    run -0 table '[101, 101, 101]' 0 1.1
    run -0 table '[150, 150, 150]' 0 0 'order of waiters'
    [[ $output == *"+50.00 %"*"not modelled: order of waiters"* ]]
}

# Ten seconds of requests by way of a real nginx. How long they take depends on what else the machine
# does, and other tests run beside this one: whether times are within what is allowed (0 or 99) is for
# who measures on a quiet machine. Round robin leaves nothing to chance, however busy the machine: all
# go to the backend that they went to in reality, and with another algorithm one of eight does.
@test "a real nginx: each request goes where it went, and with another algorithm it does not" {
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || skip "no nginx-light here"
    run "$witness" nginx --seconds 10 --out kept
    echo "$output"  # shown when something here fails
    [ "$status" -eq 0 ] || [ "$status" -eq 99 ]
    for name in "round robin" "least_conn" "random two least_conn"; do
        [[ $output == *"$name  "*"mean"*"within"* ]]
    done
    [[ $output == *"same backend"*"100 %"*"100 %"* ]]
    nothing_is_left
    run ! grep -al "$BATS_TEST_TMPDIR/spate-witness" /proc/[0-9]*/cmdline
    for i in 1 2 3 4 5 6 7 8; do
        run -99 "$SPATE" replay "$tree/scenarios/witness/R2_nginx_exp_rr.json" \
            "kept/nginx/R2_nginx_exp_rr/$i.csv" --set run.warm_up=0.05s \
            --set nodes.nginx.balancer=random --within same_backend=50%
    done
}

@test "what is stopped in the middle leaves nothing" {
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || skip "no nginx-light here"
    "$witness" nginx --seconds 300 >said 2>&1 &
    local asked=$! tries
    for ((tries = 0; tries < 400; ++tries)); do
        ! grep -q "by way of nginx" said || break
        sleep 0.05
    done
    grep -q "by way of nginx" said
    sleep 0.5
    kill "$asked"
    local ended=0
    wait "$asked" || ended=$?
    [ "$ended" -eq 143 ]
    nothing_is_left
    run ! grep -al "$BATS_TEST_TMPDIR/spate-witness" /proc/[0-9]*/cmdline
}
