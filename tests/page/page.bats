#!/usr/bin/env bats
# The report in a real browser: Debian's chromium, driven by playwright-core.

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.."
    spate=$(readlink -f "${SPATE:-build/spate}")
    export spate RUNS=$BATS_FILE_TMPDIR
    "$spate" run scenarios/stories/hpa_spike.json --quiet --out "$RUNS/spike"
    "$spate" run tests/page/hostile.json --quiet --out "$RUNS/hostile"
    "$spate" lab tests/page/hostile_lab.json --out "$RUNS/lab"
    "$spate" lab CA-17 AS-01 OB-16 RS-01 LB-05 --out "$RUNS/site" || [ $? -eq 99 ]
    "$spate" run tests/traces/shop.json --quiet --out "$RUNS/traced"
    "$spate" run tests/page/row.json --quiet --out "$RUNS/row" || [ $? -eq 99 ]
    cp -r tests/page/{package.json,package-lock.json,browser.js,rename.js} "$RUNS/"
    cd "$RUNS" && npm ci --no-audit --no-fund --loglevel=error
    cp -r "$RUNS/hostile" "$RUNS/renamed"
    rm "$RUNS/renamed/manifest.json"  # it says what the run wrote
    node rename.js "$RUNS/renamed"
    "$spate" report "$RUNS/renamed"
}

# Whether a claim of browser.js holds of a run's report.
look() {
    node "$RUNS/browser.js" "$1" "$RUNS/$2/report.html"
}

@test "no error, and no request beyond the file, light and dark" {
    look quiet spike
}

@test "every chart is drawn" {
    look drawn spike
}

@test "every chart tells its numbers where it is pointed at" {
    look tooltips spike
}

@test "charts of time are zoomed, and all together" {
    look zoom spike
}

@test "from 375 to 2560 pixels nothing is cut off or too wide" {
    look widths spike
}

@test "six nodes in a row fit their card at every width" {
    look fits row
}

@test "a goal stands in its chart, and a failure is marked in another colour than a rollout" {
    look goals row
}

@test "each section can be gone to from the top" {
    look contents row
}

@test "the look follows the system, until somebody chooses" {
    look looks spike
}

@test "the numbers on the page are run.json's" {
    look numbers spike
}

@test "what a scenario says is text, with or without the page's policy" {
    look hostile hostile
}

@test "the licences of what draws the charts travel with the page" {
    for notice in 'Apache ECharts' 'Copyright 2017-20[0-9]* The Apache Software Foundation' 'zrender' 'dagre'; do
        grep -qE "$notice" "$RUNS/spike/report.html"
    done
}

@test "names that no scenario may have are text too" {
    look hostile renamed
    look drawn renamed
}

@test "a lab's page says all that the lab says, as text, and draws its runs" {
    look learner lab
    look quiet lab
    look widths lab
    look tooltips lab
}

@test "the pages of labs: every statement, control and row, at every width, without a complaint" {
    for lab in CA-17 AS-01 OB-16 RS-01 LB-05; do
        look learner "site/$lab"
        look quiet "site/$lab"
        look widths "site/$lab"
    done
    look tooltips site/AS-01
}

@test "the page of all labs leads to each and back, at every width, light and dark" {
    for claim in catalogue quiet widths looks; do
        node "$RUNS/browser.js" "$claim" "$RUNS/site/index.html"
    done
}

@test "one request is a waterfall, chosen of three, and a table where there are no scripts" {
    look waterfall traced
    look quiet traced
    look widths traced
    look hostile traced
    run -0 "$spate" chart "$RUNS/traced" --only trace_failed --png never -o "$RUNS/pictures"
    python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' "$RUNS/pictures/trace_failed.svg"
}

@test "what is wrong with a page is found: a script that runs, a request, a missing chart" {
    sed 's|</main>|</main><script>window.struck = 1</script><img src="https://example.org/x.png">|' \
        "$RUNS/hostile/report.html" >"$RUNS/wrong.html"
    mkdir -p "$RUNS/wrong" && mv "$RUNS/wrong.html" "$RUNS/wrong/report.html"
    run ! look quiet wrong
    run ! look hostile wrong
    sed 's|data-chart="outcomes"|data-chart="none"|' "$RUNS/spike/report.html" >"$RUNS/wrong/report.html"
    run ! timeout 40 node "$RUNS/browser.js" drawn "$RUNS/wrong/report.html"
}
