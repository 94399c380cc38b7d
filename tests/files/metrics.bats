#!/usr/bin/env bats
# metrics.om and what is exported of it, read by promtool and by a Prometheus of this machine.

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    SPATE_BINARY=$(readlink -f "${SPATE:-build/spate}")
    export SPATE_BINARY
    export RUNS=$BATS_FILE_TMPDIR
    cp tests/files/{ask.py,alerts.yml,incident.json} reports/metrics/README.md "$RUNS/"
    cd "$RUNS" || return 1
    "$SPATE_BINARY" run incident.json --quiet --out out
    promtool tsdb create-blocks-from openmetrics out/metrics.om data >blocks.txt
    # The same without the failure, a day later.
    "$SPATE_BINARY" run incident.json --set 'failures=[]' --epoch '2024-03-05 09:00' --quiet --out calm
    promtool tsdb create-blocks-from openmetrics calm/metrics.om data >>blocks.txt
    echo 'global: {}' >prometheus.yml
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export URL=http://127.0.0.1:$port
    prometheus --config.file=prometheus.yml --storage.tsdb.path=data --storage.tsdb.retention.time=100y \
        --web.listen-address="127.0.0.1:$port" --log.level=error >prometheus.log 2>&1 3>&- &
    echo $! >prometheus.pid
    python3 ask.py "$URL" ready
    # 2024-03-04 09:00, the start of the run; the database is down from minute 4 to 8 of 12.
    export START=1709542800
}

teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/prometheus.pid")"
}

setup() {
    cd "$RUNS" || return 1
}

# The value of a query so many seconds into the run.
value() { python3 ask.py "$URL" value $((START + $1)) "$2"; }

holds() { python3 -c "import sys; sys.exit(0 if ($1) else '$1')"; }

of_run() { python3 -c "import json; print(json.load(open('out/run.json'))$1)"; }

export_to() { "$SPATE_BINARY" export out --to "$@"; }

@test "promtool finds nothing to say about the text of a scrape" {
    export_to prometheus >scrape.txt
    run -0 promtool check metrics <scrape.txt
    [ -z "$output" ]
}

@test "OpenMetrics without its end is refused, so that half a file is never taken for a whole one" {
    tail -1 out/metrics.om | grep -x '# EOF'
    head -n -1 out/metrics.om >cut.om
    run ! promtool tsdb create-blocks-from openmetrics cut.om cut
}

@test "every sample was read: the times are those of the run, warm-up and end included" {
    [ "$(python3 ask.py "$URL" count $((START + 720)) 'http_requests_total')" -ge 5 ]
    holds "$(value 0 'sum(user_requests_total)') == 0"
    holds "$(value 720 'sum(user_requests_total)') + $(value 720 'sum(user_requests_in_flight)') == $(of_run '["totals"]["offered"]')"
    [ "$(python3 ask.py "$URL" count $((START - 1)) 'http_requests_total')" -eq 0 ]
}

@test "counts are run.json's, by service and outcome" {
    for outcome in succeeded failed; do
        holds "$(value 720 "sum(user_requests_total{outcome=\"$outcome\"})") == $(of_run "['totals']['$outcome']")"
        holds "$(value 720 "sum(http_requests_total{service=\"db\",outcome=\"$outcome\"})") == $(of_run "['nodes']['db']['totals']['$outcome']")"
    done
}

@test "counters never go down, and buckets never count more than the next" {
    for name in user_requests_total http_requests_total http_request_duration_seconds_count \
        http_request_duration_seconds_sum http_request_duration_seconds_bucket; do
        holds "$(value 720 "sum(resets(${name}[1h]))") == 0"
    done
    python3 - <<'PYTHON'
import re
last, lines = {}, 0
buckets = {}
for line in open("out/metrics.om"):
    if line.startswith("#"): continue
    head, value, time = re.fullmatch(r"(\S+\{.*\}) (\S+) (\S+)\n", line).groups()
    if re.match(r"\w+(_total|_bucket|_count|_sum)\{", head):
        assert float(value) >= last.get(head, 0), line
        last[head], lines = float(value), lines + 1
    bucket = re.fullmatch(r"(\w+)_bucket\{(.*),le=\"(.*)\"\}", head)
    if bucket:
        name, labels, le = bucket.groups()
        before = buckets.get((name, labels, time), (0, 0))
        assert float(le) > before[0] and float(value) >= before[1], line
        buckets[name, labels, time] = (float(le), float(value))
assert lines > 10_000 and buckets
PYTHON
}

@test "histogram_quantile agrees with run.json's percentile within a bucket, where nothing fails" {
    # (What fails ranks after what succeeds in run.json, and by its time in Prometheus.)
    python3 - <<'PYTHON' >quantiles.txt
import json
run = json.load(open("calm/run.json"))
bounds = [0, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60]
rows = [("user_request_duration_seconds_bucket", "", run)]
rows += [("http_request_duration_seconds_bucket", f'service="{name}"', run["nodes"][name]) for name in ("shop", "db")]
for metric, labels, of in rows:
    for quantile, key in ((0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99"), (0.999, "p99_9")):
        exact = of["latency_ms"][key] / 1000
        low = max(bound for bound in bounds if bound < exact)
        high = min(bound for bound in bounds if bound >= exact)
        print(f"{low} {high} histogram_quantile({quantile}, sum by (le) ({metric}{{{labels}}}))")
PYTHON
    [ "$(wc -l <quantiles.txt)" -eq 15 ]
    while read -r low high query; do
        holds "$low <= $(value $((86400 + 720)) "$query") <= $high"
    done <quantiles.txt
}

@test "a rate over five minutes lags behind one over a minute at a step" {
    errors='sum(rate(http_requests_total{service="db",outcome="failed"}[%s]))'
    # A minute after the database went down, the short window is full of errors, the long one a fifth.
    short=$(value 300 "${errors/\%s/1m}") long=$(value 300 "${errors/\%s/5m}")
    holds "13 < $short < 17 and 0.15 * $short < $long < 0.25 * $short"
}

@test "errors a second and the share of errors are told apart" {
    # A quarter of the 60 requests a second are orders, and all of them fail.
    errors=$(value 450 'sum(rate(user_requests_total{status=~"5.."}[2m]))')
    ratio=$(value 450 'sum(rate(user_requests_total{status=~"5.."}[2m])) / sum(rate(user_requests_total[2m]))')
    holds "13 < $errors < 17 and 0.22 < $ratio < 0.28"
}

@test "a service, its endpoints and its users have rate, errors and duration" {
    holds "42 < $(value 700 'sum(rate(http_requests_total{service="shop",endpoint="page"}[5m]))') < 48"
    holds "13 < $(value 700 'sum(rate(http_requests_total{service="shop",endpoint="order"}[5m]))') < 17"
    holds "$(value 460 'sum(rate(http_requests_total{endpoint="order",outcome="failed"}[1m])) / sum(rate(http_requests_total{endpoint="order"}[1m]))') == 1"
    page='histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{endpoint="page"}[3m])))'
    # The third quantile of an exponential is its mean times ln 20; it is 8 ms of work without a line.
    holds "0.010 < $(value 700 "$page") < 0.025 + 0.025"
}

@test "every documented query gives a number" {
    run -0 python3 ask.py "$URL" listed $((START + 480)) README.md
    [ "${output% queries}" -ge 18 ]
}

@test "every panel of the dashboard has data" {
    export_to grafana -o dashboard.json
    python3 ask.py "$URL" dashboard $((START + 480)) dashboard.json
    python3 -c 'import json; d = json.load(open("dashboard.json")); assert d["title"] == "a shop whose database goes down"; assert d["time"]["from"] == "2024-03-04T09:00:00.000Z", d["time"]'
}

@test "a user's own alert rules are tested on the incident" {
    promtool check rules alerts.yml
    mkdir -p elsewhere
    for test in test.yml elsewhere/test.yml; do
        export_to rules-test --rules alerts.yml -o "$test" --fires HighErrorRate@6min \
            --silent HighErrorRate@4.5min --silent HighErrorRate@10min --silent SlowResponses@7min
        promtool test rules "$test"
    done
}

@test "an alert that does not fire, and one that does, are found" {
    for wrong in '--fires HighErrorRate@4min' '--silent HighErrorRate@7min' '--fires SlowResponses@7min'; do
        # shellcheck disable=SC2086
        export_to rules-test --rules alerts.yml $wrong -o wrong.yml
        run ! promtool test rules wrong.yml
    done
}

@test "what is wrong with an export is said, and nothing is written" {
    run -2 export_to rules-test -o none.yml
    [[ $output == *"--rules alerts.yml --fires"* ]]
    run -2 export_to rules-test --rules alerts.yml --fires HighErrorRate -o none.yml
    [[ $output == *"HighErrorRate@7min"* ]]
    run -2 export_to rules-test --rules none.txt --fires A@1min -o none.yml
    echo 'groups: []' >empty.yml
    run -2 export_to rules-test --rules empty.yml --fires A@1min -o none.yml
    [[ $output == *"there are:"*"http_requests"* ]]
    run -2 "$SPATE_BINARY" export "$RUNS/none" --to grafana -o none.yml
    [[ $output == *"spate run FILE --out DIR"* ]]
    run -2 "$SPATE_BINARY" export out
    run -2 export_to paper
    mkdir -p broken && head -c 2000 out/metrics.om >broken/metrics.om
    run -2 "$SPATE_BINARY" export broken --to prometheus -o none.yml
    [ ! -e none.yml ]
}

@test "the same run gives the same bytes, and --epoch moves them in time" {
    "$SPATE_BINARY" run incident.json --quiet --out again
    cmp again/metrics.om out/metrics.om
    cmp again/latency.hlog out/latency.hlog
    "$SPATE_BINARY" run incident.json --quiet --out later --epoch '2024-03-05 09:00'
    diff <(sed -E 's/ [0-9]+$//' later/metrics.om) <(sed -E 's/ [0-9]+$//' out/metrics.om)
    tail -2 later/metrics.om | grep -E " $((START + 86400 + 720))$"
    "$SPATE_BINARY" run incident.json --quiet --out now --epoch now
    end=$(tail -2 now/metrics.om | head -1 | grep -oE '[0-9]+$')
    [ $(($(date +%s) - end)) -le 60 ]
    run -2 "$SPATE_BINARY" run incident.json --quiet --out never --epoch yesterday
    [[ $output == *"expected a date"* ]] && [ ! -e never ]
}

@test "the lab of the query collection asks what the documentation lists, and nothing else" {
    python3 - "$BATS_TEST_DIRNAME/../.." <<'PYTHON'
import json, re, sys
blocks = re.findall(r"```promql\n(.*?)```", open("README.md").read(), re.S)
listed = [line for block in blocks for line in block.splitlines()]
lab = open(sys.argv[1] + "/scenarios/labs/OB-30.json").read()
asked = [json.loads(text) for text in re.findall(r'\{"expr": ("(?:[^"\\]|\\.)*")', lab)]
assert asked == [f"count(({query}) > -Inf) > bool 0" for query in listed]
PYTHON
}

@test "a lab's statement that is not true is named, and so is a missing promtool" {
    cat >wrong.json <<'JSON'
{
  "rows": ["XX-01"], "title": "Nobody asks", "seeds": [1],
  "scenario": {"nodes": {"users": {"kind": "open_loop", "rate": "50/s", "calls": "web"},
                         "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}}}},
  "promql": {"nobody": {"expr": "sum(http_requests_total{service=\"web\"}) == bool 0", "at": "30s"}},
  "controls": {"more": {"set": {"nodes.users.rate": "60/s"}, "breaks": ["nobody"]}}
}
JSON
    run -99 "$SPATE_BINARY" lab wrong.json
    [[ $output == *"    nobody fails"* ]]
    sed 's/== bool 0"/== bool"/' wrong.json >unreadable.json
    run -99 "$SPATE_BINARY" lab unreadable.json
    mkdir -p nothing
    PATH=$PWD/nothing run -99 "$SPATE_BINARY" lab wrong.json
    [[ $output == *'promtool is not there: apt-get install prometheus'* ]]
    sed 's/"seeds"/"vary": "nodes.users.rate=1\/s,2\/s", "seeds"/' wrong.json >variants.json
    run -2 "$SPATE_BINARY" lab variants.json
    [[ $output == *'expected a lab without variants'* ]]
}
