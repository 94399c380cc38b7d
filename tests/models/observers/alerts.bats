#!/usr/bin/env bats
# Alerts, objectives and health as people and scripts meet them.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../../.." || return
    spate=${SPATE:-$PWD/build/spate}
    scenario=$BATS_TEST_TMPDIR/shop.json
    cat >"$scenario" <<'END'
{
  "run": {"measure": "10min"},
  "nodes": {
    "users": {"kind": "open_loop", "rate": "50/s", "calls": "shop"},
    "shop": {"kind": "server", "replicas": 2, "cores": 2, "endpoints": {"buy": [{"work": "5ms"}, {"call": "db"}]}},
    "db": {"kind": "database", "cores": 4, "service_time": "4ms"}
  },
  "failures": [{"kind": "crash", "target": "db", "at": "4min", "lasts": "2min"}],
  "objectives": {"shop": {"node": "users", "target": "99%"}},
  "alerts": {
    "records": {"cpu": {"expr": "service_cpu_in_use_ratio{service=\"shop\"}"}},
    "rules": {"Errors": {"expr": "rate(user_requests_total{status=~\"5..\"}[1m]) > 0", "for": "1min",
                         "labels": {"severity": "critical"}}}
  },
  "expect": ["alerts.Errors.fired == 1", "alerts.Errors.missed == 0", "objectives.shop.budget == 7.2h"]
}
END
}

@test "the summary, run.json and the events tell of an alert" {
    run -0 "$spate" run "$scenario" --out "$BATS_TEST_TMPDIR/out"
    [[ $output == *"Errors"*"critical"* ]]
    [[ $output == *"shop"*"99"* ]]
    python3 - "$BATS_TEST_TMPDIR/out/run.json" <<'END'
import json, sys
run = json.load(open(sys.argv[1]))
spans = run["alerts"]["Errors"]["spans"]
assert len(spans) == 1 and 300 <= spans[0]["firing_s"] <= 345 and spans[0]["resolved_s"] > 360, spans
assert run["alerts"]["Errors"]["severity"] == "critical"
assert run["objectives"]["shop"]["target"] == 0.99
assert run["notifications"][0]["receiver"] == "default"
assert 0 < run["records"]["cpu"]["max"] < 1
END
    grep -q ',alert Errors,firing,' "$BATS_TEST_TMPDIR/out/events.csv"
    grep -q ',alert Errors,resolved,' "$BATS_TEST_TMPDIR/out/events.csv"
}

@test "the health of everybody at a time, as JSON" {
    "$spate" run "$scenario" --health-at 5min | python3 -c '
import json, sys
health = json.load(sys.stdin)
assert health["status"] == "DOWN"
assert health["components"]["db"]["status"] == "DOWN"
assert health["components"]["shop"] ["details"]["up"] == 2'
    "$spate" run "$scenario" --health-at 3min | grep -q '"status": "UP"'
}

@test "check says which critical alert has no runbook, and who asks for what nobody has" {
    run -0 "$spate" check "$scenario"
    [[ $output == *'alert "Errors" is critical, and has no runbook_url'* ]]
    sed 's/user_requests_total/users_requests_total/' "$scenario" >"$BATS_TEST_TMPDIR/typo.json"
    run -0 "$spate" check "$BATS_TEST_TMPDIR/typo.json"
    [[ $output == *'"users_requests_total", which is never there'*'user_requests_total'* ]]
}

@test "a query that is none is shown with its place" {
    run -2 "$spate" check tests/bad/alert_query.json
    [[ $output == *'alert_query.json:6:'*'not a duration'* ]]
}

@test "a game day without a steady state does not begin; with one, the summary says what came of it" {
    run -2 --separate-stderr "$spate" run tests/bad/game_day_without_metrics.json
    [[ $stderr == *"game_day_without_metrics.json:7:"*"no steady-state metric"* ]]
    run -0 "$spate" run scenarios/models/failures/game_day.json --out "$BATS_TEST_TMPDIR/day"
    [[ $output == *"game day"*"before"*"during"*"after"* ]]
    [[ $output == *"answered "*" refuted "*"100.000 %"* ]]
    grep -q '"called off"\|game day,called off' "$BATS_TEST_TMPDIR/day/events.csv"
    python3 - "$BATS_TEST_TMPDIR/day/run.json" <<'END'
import json, sys
run = json.load(open(sys.argv[1]))
day = run["game_day"]["answered"]
assert day["held"] == 0 and day["before"] == 1 and day["after"] == 1, day
END
}

@test "the health of a caller says in which state each of its circuit breakers is" {
    sed 's/{"call": "db"}/{"call": "db", "policies": [{"kind": "circuit_breaker", "name": "to_db", "minimum_number_of_calls": 10, "sliding_window_size": 20, "wait_duration_in_open_state": "10s"}]}/' "$scenario" >"$BATS_TEST_TMPDIR/breaker.json"
    for when in 3min:CLOSED 5min:OPEN 8min:CLOSED; do
        "$spate" run "$BATS_TEST_TMPDIR/breaker.json" --health-at "${when%:*}" | python3 -c '
import json, sys
health = json.load(sys.stdin)
assert health["components"]["shop"]["details"]["circuitBreakers"] == {"to_db": {"state": sys.argv[1]}}' "${when#*:}"
    done
}
