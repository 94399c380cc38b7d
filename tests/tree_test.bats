#!/usr/bin/env bats
# Claims about the tree itself: who includes whom, how it is laid out, what must not be in it. Each
# scan is tried on a planted offence first, so that none can pass by finding nothing ever.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/.."
    # The clone may belong to somebody else, as on a build machine.
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
}

scan_includes="$BATS_TEST_DIRNAME/support/scan_includes"

# Plants one file in a tree of its own.
plant() {
    mkdir -p "$BATS_TEST_TMPDIR/tree/$(dirname "$1")"
    printf '%s\n' "$2" >"$BATS_TEST_TMPDIR/tree/$1"
}

# Tracked files that hold a pattern; none is a success.
tracked_without() {
    local found status=0
    found=$(git grep -nIE "$@") || status=$?
    echo "$found"
    ((status == 1))
}

scripts() {
    git ls-files | while read -r file; do
        case $file in
            *.sh) echo "$file" ;;
            *.bats) ;;
            *) head -n 1 "$file" 2>/dev/null | tr -d '\0' | grep -qE '^#!.*\b(ba)?sh$' && echo "$file" ;;
        esac
    done
}

@test "every include stays within its walls" {
    "$scan_includes"
}

@test "an include that crosses a wall is found, wherever it is" {
    local offence
    for offence in 'sim/a.h nlohmann/json.hpp' 'sim/a.cpp CLI/CLI.hpp' 'sim/a.h models/service.h' \
                   'sim/deep/er/a.h reports/summary.h' 'reports/a.cpp models/service.h' \
                   'models/a.cpp reports/summary.h' 'models/caches/a.h nlohmann/json.hpp' \
                   'models/caches/a.cpp boost/graph/adjacency_list.hpp' 'reports/summary.cpp Eigen/Dense' \
                   'sim/a.h doctest/doctest.h' 'tools/run.cpp sqlite3.h' 'sim/a.cpp thread' 'reports/a.cpp tests/support/a.h'; do
        rm -rf "$BATS_TEST_TMPDIR/tree"
        plant "${offence% *}" "  # include <${offence#* }>"
        run -1 "$scan_includes" "$BATS_TEST_TMPDIR/tree"
        [[ $output == "${offence% *}:1: includes "* ]]
    done
}

@test "an include within its walls is left alone" {
    plant models/spec/json/document.cpp '#include <nlohmann/json.hpp>'
    plant models/topology/graph.cpp '#include <boost/graph/adjacency_list.hpp>'
    plant models/caches/registry.cpp '#include <nlohmann/json.hpp>'
    plant reports/theory/mva.cpp '#include <Eigen/Dense>'
    plant tools/run.cpp '#include <CLI/CLI.hpp>'
    plant tools/runs_database.cpp '#include <sqlite3.h>'
    plant tests/sim/sleep_test.cpp '#include "sim/sleep.h"'
    "$scan_includes" "$BATS_TEST_TMPDIR/tree"
}

@test "sim knows nothing of protocols, products and who is on call" {
    tests/support/scan_words
}

@test "a word that sim must not know is found" {
    plant sim/a.h '// The line of an accept queue, as nginx has it.'
    plant sim/b.cpp 'int httpStatus(int code);'
    run -1 tests/support/scan_words "$BATS_TEST_TMPDIR/tree"
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[0]} == "sim/a.h:1: nginx: "* && ${lines[1]} == "sim/b.cpp:1: http: "* ]]
}

@test "every room stands on its storey, no kind of node knows another, no rooms go in a circle" {
    tests/support/scan_storeys
}

@test "what stands above, another kind, a new room and a circle are found" {
    local offence said
    while IFS='|' read -r offence said; do
        rm -rf "$BATS_TEST_TMPDIR/tree"
        plant "${offence% *}" "#include \"${offence#* }\""
        run -1 tests/support/scan_storeys "$BATS_TEST_TMPDIR/tree"
        [[ $output == *"$said"* ]]
    done <<'END'
models/balancers/a.h models/pools/pool.h|models/balancers/a.h:1: includes models/pools/pool.h, which stands above it
models/a.h models/topology/load.h|which stands above it
models/redis/a.h models/caches/cache.h|no kind of node knows another
models/brokers/a.h models/node.h|models/brokers stands on no storey
END
    rm -rf "$BATS_TEST_TMPDIR/tree"
    plant reports/a.h '#include "reports/render/b.h"'
    plant reports/render/b.h '#include "reports/a.h"'
    run -1 tests/support/scan_storeys "$BATS_TEST_TMPDIR/tree"
    [ "$output" = "in a circle: reports, reports/render" ]
}

@test "tests stand where the code does" {
    tests/support/scan_mirror
}

@test "a test of a room that is not there, and a room without tests, are found" {
    plant models/caches/a.cpp ''
    plant tests/models/cache/a_test.cpp ''
    run -1 tests/support/scan_mirror "$BATS_TEST_TMPDIR/tree"
    [[ ${lines[0]} == "tests/models/cache: there is no models/cache that this tests" ]]
    [[ ${lines[1]} == "models/caches: no tests in tests/models/caches" ]]
    [ "${#lines[@]}" -eq 2 ]
}

@test "READMEs of the code show what is compiled, and name files that are there" {
    tests/support/scan_readmes
}

@test "an example that nobody compiles, and a file that is not there, are found" {
    plant sim/a.h 'class Clock {};'
    plant sim/README.md $'```cpp\nclass Clock {\n    int ticks;\n};\n```\nas in `sim/b.h`.'
    run -1 tests/support/scan_readmes "$BATS_TEST_TMPDIR/tree"
    [[ ${lines[0]} == "sim/README.md:1: no source file has this example" ]]
    [[ ${lines[1]} == "sim/README.md: there is no sim/b.h" ]]
    plant sim/README.md $'```cpp\nclass Clock {};\n```\nas in `a.h`.'
    tests/support/scan_readmes "$BATS_TEST_TMPDIR/tree"
}

@test "every file includes what it names" {
    tests/support/missing_includes
}

@test "a file that names what only its neighbour includes is found" {
    plant sim/clock.h 'class Clock {};'
    plant sim/hand.cpp 'Clock* clock;'
    run -1 tests/support/missing_includes "$BATS_TEST_TMPDIR/tree"
    [[ $output == "sim/hand.cpp: names Clock, but does not include sim/clock.h" ]]
}

@test "every C++ file is laid out by clang-format" {
    git ls-files -z '*.h' '*.cpp' | xargs -0 -r "${CLANG_FORMAT:-clang-format}" --dry-run -Werror
}

@test "a badly laid out file is found" {
    plant sim/a.cpp 'int  f( ) {return 1 ;}'
    cp .clang-format "$BATS_TEST_TMPDIR/tree/"
    run ! "${CLANG_FORMAT:-clang-format}" --dry-run -Werror "$BATS_TEST_TMPDIR/tree/sim/a.cpp"
}

@test "every script is clean under shellcheck" {
    scripts | tee "$BATS_TEST_TMPDIR/scripts"
    [ -s "$BATS_TEST_TMPDIR/scripts" ]
    xargs -d '\n' shellcheck -x <"$BATS_TEST_TMPDIR/scripts"
}

@test "a lab's prose has no number from nowhere, and each statement a reason and what breaks it" {
    tests/support/scan_labs scenarios/labs/*.json
}

@test "what a lab lacks is found" {
    # A name, and what the lab of it says.
    local -A lacks=(
        [numeral]='"about": "It took 17 ms."'
        [comment]='"rows": ["XX-01"], // because'
        ['no because']='"claim": {"a": {"expect": "mean < 1s"}}'
        ['nothing breaks']='"claim": {"a": {"expect": "mean < 1s", "because": "1 s"}, "b": {"expect": "mean < 1s", "because": "1 s"}}'
        ['no claim']='"controls": {"none": {"about": "5 %, 300 ms", "set": {"a": "5%, 300ms"}, "breaks": ["a"]}}'
    )
    local -A whole=(
        [scenario]='{"run": {"measure": "20s", "share": "5%", "wait": "300ms"}}' [rows]='["XX-01"]' [title]='"20 s at 5 % and 0.3 s"' [about]='"{mean} of 20 s, a p99 in layer-4"'
        [claim]='{"a": {"expect": "mean < 1s", "because": "it is"}}'
        [controls]='{"none": {"about": "", "set": {}, "breaks": ["a"], "claim": {"c": {"expect": "mean > 1s", "because": "5 % of 1 s, and 300 ms"}}}}'
    )
    local kind key said lab="$BATS_TEST_TMPDIR/labs/lab.json"
    mkdir -p "$BATS_TEST_TMPDIR/labs"
    echo '{"rows": {}}' >"$BATS_TEST_TMPDIR/rows.json"
    for kind in none "${!lacks[@]}"; do
        {
            echo '{'
            for key in scenario rows title about claim controls; do
                said="\"$key\": ${whole[$key]}"
                [[ ${lacks[$kind]-} == "\"$key\""* ]] && said=${lacks[$kind]}
                if [[ $said == *//* ]]; then echo "  $said"; else echo "  $said,"; fi
            done
            echo '  "try_next": []'
            echo '}'
        } >"$lab"
        if [ "$kind" = none ]; then
            tests/support/scan_labs "$lab"
        else
            run -1 tests/support/scan_labs "$lab"
            echo "$kind: $output"
            [[ $output == *"    $kind "*"1 labs, 1 with 1 findings" ]]
        fi
    done
}

@test "no tracked file holds a path of somebody's machine" {
    # Written so that these lines do not find themselves.
    tracked_without '(^|[^A-Za-z0-9_.}/-])/(work|tmp|home|Users|mnt)/[A-Za-z0-9_.-]' \
        -- ':!tests/tree_test.bats' ':!tools/prove-bare'
}

@test "lock files point at the public registry only" {
    run git grep -nE '"resolved": *"' -- '*package-lock.json'
    if ((status == 0)); then
        run ! grep -vE '"resolved": *"https://registry\.npmjs\.org/' <<<"$output"
    fi
}

@test "no file is tracked that the build makes" {
    run git ls-files -- build out
    [ -z "$output" ]
    run git ls-files --cached --ignored --exclude-standard
    [ -z "$output" ]
}
