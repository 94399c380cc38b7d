#!/usr/bin/env bats
# spate postmortem: a draft from what a run wrote down, with its numbers.

bats_require_minimum_version 1.5.0

setup_file() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cp "$BATS_TEST_DIRNAME/../../scenarios/models/actions/respond.json" "$BATS_FILE_TMPDIR/"
    cd "$BATS_FILE_TMPDIR" || return 1
    "$spate" run respond.json --quiet --no-report --out out
}

setup() {
    spate=$(readlink -f "${SPATE:-build/spate}")
    cd "$BATS_FILE_TMPDIR" || return 1
}

@test "the draft has every heading, and the blanks are people's" {
    run -0 "$spate" postmortem out
    for each in Goal Hypothesis Impact "Error budget" "Detection and response" Timeline "Contributing causes" Result \
        "What went well" "What went badly" "Where we were lucky" Actions; do
        [[ $output == *"## $each"* ]]
    done
    [[ $output == *"_(to be written)_"* ]]
}

@test "its numbers are those of run.json" {
    "$spate" postmortem out -o draft.md
    python3 - <<'PY'
import json, re
run, text = json.load(open("out/run.json")), open("draft.md").read()
times = run["recovery"]["incidents"]
for name, words in {"mttd_s": "MTTD", "mtta_s": "MTTA", "mttr_s": "MTTR"}.items():
    assert re.search(rf"{words}\).*\| {times[name]:.12g} s \|", text), name
hurt = run["blast_radius"]["users"]
assert f"| users | client | {hurt['ended']:.12g} | {hurt['failed']:.12g} |" in text
totals = run["totals"]
assert f"Of {totals['offered']} requests {totals['succeeded']} succeeded" in text
assert text.count("\n| ") > len(run["incidents"])
for each in run["incidents"]:
    assert f"| {each['at_s']:.12g} s |" in text, each
PY
}

@test "a run with somebody on call leaves it, one without does not" {
    [ -s out/postmortem.md ]
    run -0 "$spate" postmortem out
    [ "$output" = "$(cat out/postmortem.md)" ]
    "$spate" run respond.json --quiet --no-report --out out2 --set 'alerts.rules.Errors.actions=[]' --threshold 'failed >= 0' || true
    [ ! -e out2/postmortem.md ]
}

@test "names are no Markdown" {
    "$spate" run respond.json --quiet --no-report --out out3 --set 'name=a|b<script>' || true
    run -0 "$spate" postmortem out3
    [[ $output == *'a\|b\<script>'* ]]
}

@test "what is no run's folder is refused" {
    run -2 "$spate" postmortem nowhere
    mkdir -p other && echo '{"schema": "other"}' >other/run.json
    run -2 "$spate" postmortem other
    [[ $output == *"other/run.json cannot be read"* ]]
}
