#!/usr/bin/env bats
# The run catalogue: what is listed, what happens to folders and to the file behind its back. SQLite's
# own program reads it as the witness.

bats_require_minimum_version 1.5.0

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_TEST_TMPDIR" || return 1
    cp "$BATS_TEST_DIRNAME/shop.json" .
}

# A run of the shop, and what else it is given.
shop() {
    "$spate" run shop.json --quiet --out "out/$1" "${@:2}" || [ $? -eq 99 ]
}

names() {
    "$spate" runs out --format csv "$@" | tail -n +2 | cut -d , -f 1 | tr '\n' ' '
}

@test "every run is listed, the newest first, and SQLite's own program agrees" {
    shop first
    shop second --seed 7 --threshold 'p(99) < 1us'
    ended=$("$spate" runs out --format csv | grep ^first, | cut -d , -f 4)
    touch -d '1 hour ago' out/first/run.json # Its end is known, whatever the file says.
    run -0 "$spate" runs out
    [ "${#lines[@]}" -eq 3 ]
    [[ ${lines[0]} == "name "*"scenario "*"verdict"*"fingerprint" ]]
    [[ $output == *"second  shop"*"CROSSED 1 of 2  7 "* ]]
    [[ $output == *"first   shop"*"$ended"*"held"*"42 "* ]]
    [ "$(sqlite3 out/runs.sqlite "SELECT folder, seed, crossed FROM runs ORDER BY folder")" = \
        $'first|42|0\nsecond|7|1' ]
    [ "$(sqlite3 out/runs.sqlite 'PRAGMA integrity_check')" = ok ]
    fingerprint=$(python3 -c 'import json; print(json.load(open("out/first/run.json"))["fingerprint"])')
    [[ $output == *"$fingerprint"* ]]
}

@test "JSON and CSV have the same runs, filtered and sorted" {
    shop a
    shop b --set nodes.web.endpoints.buy.0.work=9ms --threshold 'p(99) < 1us'
    "$spate" runs out --format json >runs.json
    python3 - <<'PY'
import csv, json, subprocess
runs = json.load(open("runs.json"))["runs"]
assert sorted(each["name"] for each in runs) == ["a", "b"], runs
run = json.load(open("out/b/run.json"))
listed = [each for each in runs if each["name"] == "b"][0]
assert listed["p99_ms"] == run["latency_ms"]["p99"] and listed["offered"] == run["totals"]["offered"]
assert listed["crossed"] == 1 and listed["fingerprint"] == run["fingerprint"]
PY
    [ "$(names --sort p99)" = "b a " ]
    [ "$(names --sort name)" = "a b " ]
    [ "$(names --failed)" = "b " ]
    [ "$(names --scenario SHO)" = "b a " ] || [ "$(names --scenario SHO)" = "a b " ]
    [ -z "$(names --scenario other)" ]
}

@test "the catalogue changes no byte of a run" {
    shop a
    "$spate" run shop.json --quiet --out elsewhere/a --catalogue out/other.sqlite
    diff <(grep -v wall_s out/a/run.json) <(grep -v wall_s elsewhere/a/run.json)
    [ ! -e elsewhere/runs.sqlite ]
    [ "$("$spate" runs --catalogue out/other.sqlite --format csv | grep -c /elsewhere/a,)" -eq 1 ]
    [ "$("$spate" runs --catalogue out/other.sqlite --format csv | grep -c ^a,)" -eq 1 ]
    run ! grep -aqE '"(ended|when|time|date)"' out/a/run.json
}

@test "folders that go, come and change are taken up, and so is the file's loss" {
    shop a
    shop b
    cp -r out/a out/copied
    rm -r out/b
    [ "$(names --sort name)" = "a copied " ]
    mv out/a out/moved
    [ "$(names --sort name)" = "copied moved " ]
    shop copied --seed 9
    "$spate" runs out --format csv | grep -q '^copied,.*,9,'
    "$spate" runs out --format csv --sort name >before
    rm out/runs.sqlite
    [ "$(names --sort name)" = "copied moved " ]
    diff <(cut -d , -f 1-3,5- before) <("$spate" runs out --format csv --sort name | cut -d , -f 1-3,5-)
}

@test "a run.json that nobody can read is named and left out" {
    shop a
    mkdir out/broken out/other out/empty
    echo '{"schema": "spate.run/1", ' >out/broken/run.json
    echo '{"x": 1}' >out/other/run.json
    run -0 --separate-stderr "$spate" runs out
    [ "${#lines[@]}" -eq 2 ]
    [[ $stderr == *"left out: out/broken/run.json:2:1: the text ends too early"* ]]
    [[ $stderr == *"left out: out/other/run.json is not what a run wrote"* ]]
    [[ $stderr != *empty* ]]
}

@test "a damaged catalogue is one clear message and exit 2, and spoils no run" {
    shop a
    head -c 4000 /dev/urandom >out/runs.sqlite
    run -2 --separate-stderr "$spate" runs out
    [ -z "$output" ]
    [[ $stderr == *"out/runs.sqlite is damaged, or no catalogue of runs"*"remove it"* ]]
    run -0 --separate-stderr "$spate" run shop.json --quiet --out out/b
    [[ $stderr == *"the run is whole, but in no catalogue"* ]]
    [ -s out/b/run.json ]
    rm out/runs.sqlite
    [ "$(names --sort name)" = "a b " ]
    # Damaged in the middle, with its head in place.
    printf '%4000s' x | dd of=out/runs.sqlite bs=1 seek=4096 conv=notrunc status=none
    run -2 "$spate" runs out
    # Somebody else's database is not touched.
    rm out/runs.sqlite
    sqlite3 out/runs.sqlite 'CREATE TABLE theirs (x)'
    run -2 "$spate" runs out
    [ "$(sqlite3 out/runs.sqlite .tables)" = theirs ]
}

@test "a locked catalogue is one clear message and exit 2, and spoils no run" {
    shop a
    python3 - "$spate" <<'PY'
import sqlite3, subprocess, sys
held = sqlite3.connect("out/runs.sqlite", isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
runs = subprocess.run([sys.argv[1], "runs", "out"], capture_output=True, text=True)
assert runs.returncode == 2 and "is locked by another program" in runs.stderr, runs
run = subprocess.run([sys.argv[1], "run", "shop.json", "--quiet", "--out", "out/b"],
                     capture_output=True, text=True)
assert run.returncode == 0 and "in no catalogue" in run.stderr, run
held.execute("COMMIT")
PY
    [ "$(names --sort name)" = "a b " ]
}

@test "runs that end at the same time are all recorded" {
    for name in a b c d e f; do shop $name --seed 3 & done
    wait
    [ "$(sqlite3 out/runs.sqlite 'SELECT count(*) FROM runs')" -eq 6 ]
}

@test "names may be anything: nothing in them reaches the terminal, or SQL" {
    sed -i "s/\"name\": \"shop\"/\"name\": \"x'; DROP TABLE runs; \\\\u001b[31m\"/" shop.json
    shop "it's, \"quoted\""
    run -0 "$spate" runs out
    [[ $output == *"DROP TABLE runs; \\u001b[31m"* ]]
    "$spate" runs out --format csv | python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert rows[0]["name"] == "it'"'"'s, \"quoted\"", rows'
    [ "$(names --scenario "'; DROP")" = "\"it's " ]
}

@test "a folder without runs says how to make one; what is no folder is exit 2" {
    mkdir out
    run -0 "$spate" runs out
    [[ $output == "No runs here. spate run FILE --out DIR makes one"* ]]
    [ -z "$(ls -A out)" ]
    shop a
    run -2 "$spate" runs out/a
    [[ $output == *"is a run itself"* ]]
    "$spate" run shop.json --quiet --out out/a/within
    run -0 "$spate" runs out/a
    [[ $output == *within* ]]
    run -2 "$spate" runs nowhere
    run -2 "$spate" runs shop.json
    run -2 "$spate" runs out --sort speed
    run -2 "$spate" runs --catalogue out
}
