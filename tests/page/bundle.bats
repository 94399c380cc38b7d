#!/usr/bin/env bats
# The bundle that the program carries is what its sources say.

@test "the bundle is made again, byte for byte, from its sources and its lock file" {
    charts=$BATS_TEST_DIRNAME/../../reports/charts
    cp -r "$charts" "$BATS_TEST_TMPDIR/charts"
    cd "$BATS_TEST_TMPDIR/charts" && rm -rf node_modules
    npm ci --no-audit --no-fund --loglevel=error
    mkdir again && node build.js again
    for file in charts.js charts.sha256 LICENSES.txt; do cmp "again/$file" "bundle/$file"; done
}
