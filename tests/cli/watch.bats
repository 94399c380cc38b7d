#!/usr/bin/env bats
# The live view of a run: what it shows, where, and that the run does not know of it.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    unset NO_COLOR
    cat >shop.json <<'JSON'
{
  "name": "a busy shop",
  "run": {"warm_up": "2s", "measure": "40s"},
  "nodes": {
    "shoppers": {"kind": "open_loop", "rate": "20000/s", "calls": "web"},
    "web": {"kind": "server", "cores": 100, "threads": 200, "endpoints": {
      "buy": [{"work": {"kind": "exponential", "mean": "4ms"}}, {"call": "db"}]}},
    "db": {"kind": "database", "cores": 40, "connections": 200,
           "service_time": {"kind": "exponential", "mean": "1ms"}}
  }
}
JSON
}

same_but_wall_s() {
    diff <(grep -v '"wall_s"' "$1") <(grep -v '"wall_s"' "$2")
}

# On a terminal of 100 columns; what it saw goes to `typescript`.
on_terminal() {
    TERM=xterm script -qefc "stty cols 100; $*" typescript </dev/null >/dev/null
}

# The last frame that was drawn, as lines.
last_frame() {
    tr -d '\r' <typescript | sed 's/\x1b\[?25l/\n@\n/g' | awk '/^@$/ {frame = ""; next} {frame = frame $0 "\n"} /25h/ {last = frame} END {printf "%s", last}' |
        sed 's/\x1b\[[0-9?]*[A-Za-z]//g'
}

@test "a run that is watched is the same run, whoever watches" {
    "$SPATE" run shop.json --quiet --out plain
    "$SPATE" run shop.json --watch --quiet --out lines 2>lines.txt
    on_terminal "'$SPATE' run shop.json --watch --quiet --out view"
    same_but_wall_s plain/run.json lines/run.json
    same_but_wall_s plain/run.json view/run.json
    diff plain/timeseries.csv view/timeseries.csv
    grep -q '25h' typescript
}

@test "a terminal shows time, rate, errors, percentiles and what is busiest, in place" {
    run timeout 20 bash -c "$(declare -f on_terminal); on_terminal timeout -s INT 2 \"'$SPATE'\" run shop.json --watch --duration 10h"
    last_frame >frame
    [ "$(sed -n 1p frame | sed 's/ *$//')" = "a busy shop  seed 42" ]
    grep -qE '^  time +[0-9.]+ (s|min) of 10 h .* left .*M events/s' frame
    grep -qE '^  requests +(19|20|21)[.,]?[0-9]*( k|,[0-9]+)?/s' frame
    grep -qE '^  errors +0 % ' frame
    grep -qE '^  latency +p50 [0-9.]+ ms  p99 [0-9.]+ ms' frame
    # 20,000 queries of 1 ms keep half of 40 cores busy, 4 ms of work 80 of 100.
    grep -qE '^  busiest +web cores (79|80|81) %' frame
}

@test "an interrupt ends the view: it is wiped, the cursor is there, the part that was played is written" {
    run timeout 20 bash -c "$(declare -f on_terminal); on_terminal timeout -s INT 2 \"'$SPATE'\" run shop.json --watch --duration 10h --out out"
    grep -q "interrupted; what was played is reported, as partial" typescript
    grep -q '"reason": "interrupted"' out/run.json
    [ "$(grep -o '\[?25l' typescript | wc -l)" -ge 2 ]
    [ "$(grep -o '\[?25l' typescript | wc -l)" = "$(grep -o '\[?25h' typescript | wc -l)" ]
    # Seven lines up, and all that is below is wiped, before it says so.
    tr -d '\r\n' <typescript | grep -qP '\x1b\[7A\x1b\[Jspate: stopped at'
}

@test "elsewhere there are plain lines, and few" {
    run timeout 20 timeout -s INT 3 "$SPATE" run shop.json --quiet --watch --duration 10h
    [[ ${lines[0]} =~ ^' '*[0-9.]+' %  '.*' of 10 h  '.*'/s  errors 0 %  p50 '.*' p99 '.*' busiest web cores '.*' left'$ ]]
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[1]} == *interrupted* ]]
    [[ $output != *$'\033'* ]]
}

@test "a terminal that cannot move its cursor gets plain lines" {
    run timeout 20 bash -c "TERM=dumb script -qefc \"timeout -s INT 2 '$SPATE' run shop.json --quiet --watch --duration 10h\" typescript </dev/null >/dev/null"
    grep -q 'busiest web cores' typescript
    run ! grep -q $'\033' typescript
}

@test "without --watch there is no view" {
    on_terminal "'$SPATE' run shop.json --quiet"
    run ! grep -q '25l' typescript
}
