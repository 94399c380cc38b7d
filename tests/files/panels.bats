#!/usr/bin/env bats
# The three panels of each service: what the report draws is what timeseries.csv says.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    "$(readlink -f "${SPATE:-build/spate}")" run tests/files/two_clients.json --quiet --out "$BATS_FILE_TMPDIR/two" \
        --set 'nodes.web.endpoints.write=[{"work": "4ms"}, {"fail": "20%"}]'
}

setup() {
    cd "$BATS_FILE_TMPDIR/two" || return 1
}

@test "request rate, error rate and P95 are drawn for each service" {
    for chart in request_rate error_rate response_time_p95; do
        xmllint --noout "charts/$chart.svg"
        grep -q '>web</text>' "charts/$chart.svg"
        grep -q "data-chart=\"$chart\"" report.html
    done
}

@test "what is drawn equals the lines of timeseries.csv" {
    python3 - <<'PYTHON'
import csv, json
drawn = json.load(open("drawn.json"))
assert drawn["interval_s"] == 1
web = drawn["nodes"]["web"]
rows = {float(row["time_s"]): row for row in csv.DictReader(open("timeseries.csv")) if row["node"] == "web"}
assert 100 < len(rows) <= len(web["rate"]) == 130
def same(a, b): return abs(a - b) <= 1e-4 * abs(b) + 1e-9
errors = 0
for at in range(130):
    if at not in rows:  # nothing came, and nothing ended
        assert web["rate"][at] == 0 and web["error_ratio"][at] is None, at
        continue
    row = rows[at]
    assert same(web["rate"][at], float(row["arrived"])), row
    if row["finished"] == "0": continue
    ratio = 1 - int(row["succeeded"]) / int(row["finished"])
    assert same(web["error_ratio"][at], ratio), row
    errors += ratio > 0
    # Where it falls among failures it is infinite, and not drawn.
    unsaid = row["p95_ms"] in ("", "inf")
    assert (web["p95_ms"][at] is None) == unsaid, row
    if not unsaid: assert same(web["p95_ms"][at], float(row["p95_ms"])), row
assert errors > 100
PYTHON
}
