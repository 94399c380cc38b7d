# shellcheck shell=bash
# What the tests of `spate import` have in common: a folder to work in, and a look into what was written.

setup() {
    # shellcheck disable=SC2034  # used by the tests
    files=$(readlink -f "$BATS_TEST_DIRNAME/../files/import")
    SPATE=$(readlink -f "${SPATE:-build/spate}")
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here" || return 1
    unset NO_COLOR
}

# A value of a scenario with comments, by its path (nodes/web/cores), as the program reads it.
value() {
    "$SPATE" check "$1" >/dev/null || return 1
    sed 's,^ *//.*,,' "$1" | python3 -c '
import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1].split("/"):
    value = value[int(name)] if isinstance(value, list) else value[name]
print(json.dumps(value))' "$2"
}
