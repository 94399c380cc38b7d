#!/usr/bin/env bats
# What README shows was printed by this program.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    spate=$(readlink -f "${SPATE:-build/spate}")
}

# The blocks that begin with a command, one after another, each as a file.
blocks() {
    awk -v folder="$BATS_TEST_TMPDIR" '
        /^```$/ && shown { shown = 0; next }
        /^\$ build\/spate / { shown = 1; file = folder "/" ++count ".block" }
        shown { print > file }' README.md
}

without_wall_clock() {
    sed -E 's/(events|seed [0-9]+,) in [0-9.]+ (s|ms|min)$/\1/'
}

@test "the outputs in README are what its commands print" {
    blocks
    local block command shown
    shown=("$BATS_TEST_TMPDIR"/*.block)
    ((${#shown[@]} >= 4))
    for block in "${shown[@]}"; do
        command=$(head -n 1 "$block")
        echo "$command"
        # shellcheck disable=SC2086  # the words of a command line
        "$spate" ${command#"$ build/spate "} 2>/dev/null >"$BATS_TEST_TMPDIR/printed" || true
        diff <(tail -n +2 "$block" | without_wall_clock) <(without_wall_clock <"$BATS_TEST_TMPDIR/printed")
    done
}
