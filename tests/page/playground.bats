#!/usr/bin/env bats
# The playground: the module of the simulator plays what the program plays, and its page does so in a real
# browser, Debian's chromium, driven by playwright-core.

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.."
    spate=$(readlink -f "${SPATE:-build/spate}")
    export spate BROWSER=$BATS_FILE_TMPDIR PLAYGROUND=$PWD/build/playground
    tools/playground/build
    cp tests/page/{package.json,package-lock.json,playground.js} "$BROWSER/"
    cd "$BROWSER" && npm ci --no-audit --no-fund --loglevel=error
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.."
}

# Whether a claim of playground.js holds of the page.
look() {
    node "$BROWSER/playground.js" "$1" "$PLAYGROUND/index.html" "${@:2}"
}

in_node() {
    node tests/page/module.js "$1" "$PLAYGROUND/playground.wasm" scenarios "${@:2}"
}

# What the program says of a run, whether its expectations hold or not.
fingerprint() {
    { "$spate" run "$@" --format json || [ $? -eq 99 ]; } | python3 -c 'import json, sys; print(json.load(sys.stdin)["fingerprint"])'
}

@test "ten models and a lab have the program's fingerprints in the browser" {
    local model wanted=()
    for model in $(cd scenarios/models && find . -name '*.json' | sort | awk 'NR % 23 == 1 { print substr($0, 3) }'); do
        wanted+=("models/$model" "$(fingerprint "scenarios/models/$model")")
    done
    [ "${#wanted[@]}" -ge 20 ]
    wanted+=(CA-17 "$(fingerprint CA-17 --seed 1)")
    look fingerprints "${wanted[@]}"
}

@test "every model has the program's fingerprint" {
    local file found different=() count=0
    while read -r file found; do
        [ "$found" = "$(fingerprint "scenarios/$file")" ] || different+=("$file")
        count=$((count + 1))
    done < <(in_node fingerprints models)
    echo "${different[@]}"
    [ "$count" -ge 200 ]
    [ "${#different[@]}" -eq 0 ]
}

@test "every lab can be chosen: each of its variants, under each control, is a scenario" {
    run -0 in_node labs
    echo "$output"
    # But for what the program refuses to play, too.
    local line
    for line in "${lines[@]}"; do
        [[ $line == labs/* ]]
        run -2 "$spate" check "scenarios/${line%% *}"
    done
}

@test "no error, and no request beyond the file, light and dark" {
    look quiet
}

@test "the report is drawn beside the editor, and its sections can be gone to" {
    look drawn
}

@test "what is wrong is marked where it stands, and nothing is played" {
    look problems
}

@test "names, kinds, words and nodes are offered where they may stand" {
    look completion
}

@test "a slider moves the number under the cursor, and the report follows" {
    cat >"$BROWSER/doubled.json" <<'END'
{
  "name": "a small shop",
  "run": {"warm_up": "1s", "measure": "20s"},
  "nodes": {
    "clients": {"kind": "open_loop", "rate": "160/s", "calls": "web"},
    "web": {"kind": "database", "cores": 2, "service_time": "20ms"}
  }
}
END
    look slider "$(fingerprint "$BROWSER/doubled.json")"
}

@test "a run is stopped, and the page plays on" {
    look stop
}

@test "what ends the module is said, and a fresh one plays on" {
    cat >"$BROWSER/deadly.json" <<'END'
{
  "nodes": {"clients": {"kind": "open_loop", "rate": "10/s", "calls": "web"}, "web": {"kind": "database"}},
  "alerts": {"rules": {"never": {"expr": "up{job=~\"(\"} > 0"}}}
}
END
    run -2 "$spate" check "$BROWSER/deadly.json"
    look ends "$BROWSER/deadly.json"
}

@test "what a scenario says is text" {
    look hostile tests/page/hostile.json
}

@test "a lab's variants and controls change what is played" {
    look lab
}

@test "from 375 to 2560 pixels nothing is too wide" {
    look widths
}

@test "the page is one file of less than 6 MB" {
    [ "$(stat -c %s "$PLAYGROUND/index.html")" -lt 6000000 ]
    run ! grep -qE '(src|href)="?https?:' "$PLAYGROUND/index.html"
}
