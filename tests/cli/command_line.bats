#!/usr/bin/env bats
# The command line as people and scripts meet it: exit codes, what is written and what is not.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.."
    spate=${SPATE:-build/spate}
    story=scenarios/stories/covid/february.json
}

@test "a healthy run holds its expectations: exit 0" {
    run -0 "$spate" run $story --duration 30s
    [[ $output == *"availability"* ]]
}

@test "a crossed expectation: exit 99, and run.json is there all the same" {
    run -99 "$spate" run $story --duration 20s \
        --threshold 'p(99) < 1ns' --out "$BATS_TEST_TMPDIR/out"
    [ -s "$BATS_TEST_TMPDIR/out/run.json" ]
}

@test "the same command twice gives equal bytes but for wall_s" {
    for i in 1 2; do
        "$spate" run $story --duration 20s --format json --quiet |
            grep -v '"wall_s"' >"$BATS_TEST_TMPDIR/$i"
    done
    cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
}

@test "one job and four give the same replications" {
    for jobs in 1 4; do
        "$spate" run $story --duration 5s --replications 4 --jobs $jobs \
            --format json --quiet | grep -v '"wall_s"' >"$BATS_TEST_TMPDIR/$jobs"
    done
    cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/4"
}

@test "another seed is another run, and --set changes it" {
    fingerprint() {
        "$spate" run $story --duration 10s --format json --quiet "$@" |
            grep '"fingerprint"'
    }
    [ "$(fingerprint --seed 1)" != "$(fingerprint --seed 2)" ]
    [ "$(fingerprint)" != "$(fingerprint --set nodes.app.replicas=3)" ]
}

@test "a scenario from the standard input" {
    run -0 bash -c "'$spate' run - --duration 5s <scenarios/models/nodes/database.json"
}

@test "every bad file is refused with its place, exit 2, and nothing is written" {
    for file in tests/bad/*.json; do
        run -2 --separate-stderr "$spate" run "$file" --out "$BATS_TEST_TMPDIR/out"
        [ -n "$stderr" ]
        [ ! -e "$BATS_TEST_TMPDIR/out" ]
    done
}

@test "check names every problem of every file, exit 2" {
    run -2 "$spate" check tests/bad/*.json
    for file in tests/bad/*.json; do
        [[ $output == *"$file"* ]]
    done
}

@test "check says which endpoint a caller gets that names none, and which branch is nobody's" {
    two='{"nodes": {"web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}], "put": [{"work": "2ms"}]}},
        "front": {"kind": "pool", "of": "web"}, "users": {"kind": "open_loop", "rate": "5/s", "calls": "front"}}}'
    run -0 "$spate" check - <<<"$two"
    [[ $output == *'"web" has 2 endpoints, and "users" names none: it gets "get", the first'* ]]
    run -0 "$spate" check - <<<"${two/\"front\"\}/\"front.put\"\}}"
    [[ $output != *"endpoints"* ]]
    run -2 "$spate" check tests/bad/segment_of_nobody.json
    [[ $output == *'no client has a segment "payed"'*'there are: paid, free'* ]]
}

@test "a missing file, a directory, an empty file: one message each, exit 2" {
    : >"$BATS_TEST_TMPDIR/empty.json"
    for file in "$BATS_TEST_TMPDIR/none.json" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/empty.json"; do
        run -2 "$spate" run "$file"
        [ -n "$output" ]
    done
}

@test "100 MB of nesting is refused in seconds" {
    head -c 100000000 /dev/zero | tr '\0' '[' >"$BATS_TEST_TMPDIR/deep.json"
    run -2 timeout 20 "$spate" check "$BATS_TEST_TMPDIR/deep.json"
}

@test "a rate that would need more memory than the machine has is refused" {
    run -2 "$spate" run $story \
        --set 'nodes.flood={"kind": "open_loop", "rate": "1000000000/s", "calls": "front"}'
    [[ $output == *memory* ]]
}

@test "a mistyped command, option and path are refused with a hint, exit 2" {
    run -2 "$spate" rum $story
    [[ $output == *run* ]]
    run -2 "$spate" run $story --no-such-option
    run -2 "$spate" run $story --set nodes.app.replcas=2
    [[ $output == *replicas* ]]
    run -2 "$spate" run $story --threshold 'p(99) < 5'
}

@test "no colour when not a terminal" {
    run -0 "$spate" run $story --duration 5s
    [[ $output != *$'\033'* ]]
}

@test "describe, schema and version say what there is" {
    run -0 "$spate" describe
    [[ $output == *balancers* ]]
    run -0 "$spate" describe nodes.server
    [[ $output == *accept_queue* ]]
    [[ $output == *"threads (places, count, larger by threads)"*"Freed by: "* ]]
    run -2 "$spate" describe nodes.sever
    run -0 "$spate" schema
    [[ $output == *draft-07* ]]
    run -0 "$spate" --version
    [[ $output == *spate* ]]
}

@test "an editor is told the words of expect, each with its unit and sentence" {
    "$spate" schema | python3 -c 'import json, re, sys
schema = json.load(sys.stdin)
assert schema["properties"]["expect"]["items"] == {"$ref": "#/definitions/statement"}
*words, anything = schema["definitions"]["statement"]["anyOf"]
assert anything == {"type": "string"}
def first(statement):
    return next(each["description"] for each in words if re.search(each["pattern"], statement))
assert first("items.hit_ratio >= 90%").startswith("hit_ratio (share). Of cache, cdn: ")
assert first("db.lock_wait.p(99) < 10ms").startswith("lock_wait (seconds). ")
assert first("p(99) < 250ms").startswith("p (seconds). ")
for each in words:
    snippet = each["defaultSnippets"][0]
    assert snippet["label"] in snippet["body"] and each["description"].endswith("."), each'
}

@test "every model's scenario holds what it expects" {
    while read -r file; do
        run -0 "$spate" run "$file"
    done < <(find scenarios/models -name '*.json')
}

@test "a row without a lab is not proven: exit 99" {
    run -99 "$spate" lab ZZ-99
    [[ $output == *"0 proven, 1 not proven"* ]]
}

@test "every lab that ships is proven" {
    # How many seeds is for tools/test to say.
    run -0 "$spate" lab all ${SPATE_LAB_SEEDS:+--seeds "$SPATE_LAB_SEEDS"}
    [[ $output == *", 0 not proven"* ]]
}

@test "the generated documents are what the program prints" {
    "$spate" describe --markdown | cmp - models/REFERENCE.md
    "$spate" schema | cmp - scenarios/schema.json
}
