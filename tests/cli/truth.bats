#!/usr/bin/env bats
# Tables of truth, played as scenarios: each verdict a row can have, and what is wrong with a plan.

bats_require_minimum_version 1.5.0

setup() {
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    tree=$(readlink -f "$BATS_TEST_DIRNAME/../..")
    cd "$BATS_TEST_TMPDIR" || return 1
    cat >table.json <<'JSON'
{"theory": {"rows": [{"rho": 0.5, "W": 2}, {"rho": 0.5, "W": 2.5}, {"rho": 0.99, "W": 100}, {"rho": 2, "W": 1}]},
 "measured": [{"ms": 5}], "of_nobody": [{"x": 1}, {"x": 2}]}
JSON
    cat >plan.json <<'JSON'
{"tables": {
  "/theory/rows": {"row": "rho ${rho}", "play": [
    {"unless": {"rho": 2}, "let": {"long": "max(2000, 10 / (1 - rho)^2)"},
     "scenario": {"run": {"slice": "${long / 10}s", "warm_up": "100s", "measure": "${long}s"}, "nodes": {
       "clients": {"kind": "open_loop", "rate": "${rho}/s", "calls": "station"},
       "station": {"kind": "database", "cores": 1, "connections": 100000, "service_time": {"kind": "exponential", "mean": "1s"}}}},
     "expect": {"W": "mean_time_in_system"}},
    {"only": {"rho": 2}, "no_model": "It has no steady state."}]},
  "/measured": {"row": "${ms} ms", "calibration": "A model's service time is this number."}}}
JSON
}

@test "each row is met, not met, not known well enough, without a model, or a calibration" {
    run -99 "$SPATE" truth table.json --plan plan.json --mean 2% --max-events 1000000
    [[ $output == *"/theory/rows "+( )"1"+( )"1"+( )"1"+( )"1"* ]]
    [[ $output == *"not met: rho 0.5"*"W: mean_time_in_system is 1.9"*", the truth 2.5"* || $output == *"not met: rho 0.5"*"W: mean_time_in_system is 2."*", the truth 2.5"* ]]
    [[ $output == *"not precise: rho 0.99"* ]]
    [[ $output == *"1 of 7 rows are met; what a model was calibrated by does not count as met"* ]]
}

@test "JSON has every row with what was measured, its standard error and the truth" {
    run -99 "$SPATE" truth table.json --plan plan.json --mean 2% --max-events 1000000 --format json
    printf '%s' "$output" >truth.json
    python3 - <<'PY'
import json
tables = {each["table"]: each for each in json.load(open("truth.json"))}
rows = tables["/theory/rows"]["rows"]
assert [row["verdict"] for row in rows] == ["met", "not met", "not precise", "no model"], rows
first = rows[0]["columns"][0]
assert abs(first["got"] - 2) < 3.5 * first["standard_error"] < 0.15, first
assert rows[3]["why"] == "It has no steady state."
assert tables["/measured"]["counts"]["calibration"] == 1
assert tables["/of_nobody"]["counts"]["no model"] == 2
PY
}

@test "the same rows, however many are played at a time" {
    run -99 "$SPATE" truth table.json --plan plan.json --mean 5% --max-events 300000 --format json --jobs 1
    alone=$output
    run -99 "$SPATE" truth table.json --plan plan.json --mean 5% --max-events 300000 --format json --jobs 3
    [ "$output" = "$alone" ]
}

@test "what is wrong with a plan or a file is said, and nothing is played" {
    run -2 "$SPATE" truth nothing.json
    run -2 "$SPATE" truth table.json --plan table.json --mean none
    [[ $output == *'--mean "none": expected a share above 0, as in 2%'* ]]
    echo '{"tables": {"/theory/rows": {"says": "nothing"}}}' >plan.json
    run -2 "$SPATE" truth table.json --plan plan.json
    [[ $output == *"the plan of /theory/rows has to have one of play, no_model, calibration and unit"* ]]
    echo '{"tables": {"/theory/rows": {"play": [{"scenario": {"nodes": {}}, "expect": {"W": "mean"}}]}}}' >plan.json
    run -99 "$SPATE" truth table.json --plan plan.json
    [[ $output == *"not met: row 1"* ]]
    echo '{"tables": {"/theory/rows": {"play": [{"let": {"a": "rho *"}, "scenario": {"nodes": {}}, "expect": {"W": "mean"}}]}}}' >plan.json
    run -99 "$SPATE" truth table.json --plan plan.json
    [[ $output == *'"rho *": expected a number or a column'* ]]
    echo '{"tables": {"/theory/rows": {"play": [{"scenario": {"nodes": {"c": "${colour}"}}, "expect": {"W": "mean"}}]}}}' >plan.json
    run -99 "$SPATE" truth table.json --plan plan.json
    [[ $output == *"colour is no column with a number"* ]]
}

# All rows, at a precision that a minute allows: what the tables of README were made with is finer.
@test "tables of theory are met by scenarios as a person would write them" {
    for table in queueing_single:erlang_b queueing_networks:engset queueing_networks:hedge_exp1 sharding:zipf_shares \
        slo_retries_scalability:usl cache_theory:exact_tiny; do
        run -0 "$SPATE" truth "$tree/tests/truth/${table%:*}.json" --table "${table#*:}" --mean 2% --tail 4% --max-events 2000000
        [[ $output != *"not met:"* ]]
    done
}

@test "every table of tests/truth has a plan, or says why not" {
    for file in "$tree"/tests/truth/*.json; do
        [ -e "$tree/scenarios/truth/$(basename "$file")" ] || echo "${file##*/}: no plan"
    done
    run -0 "$SPATE" truth "$tree"/tests/truth/*.json --table keyslots --format json
    [[ $output == *'"unit": 41'* ]]
}
