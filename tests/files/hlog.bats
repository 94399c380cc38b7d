#!/usr/bin/env bats
# latency.hlog, read by the HdrHistogram libraries for JavaScript and for Java.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    spate=$(readlink -f "${SPATE:-build/spate}")
    export RUNS=$BATS_FILE_TMPDIR
    "$spate" run tests/files/two_clients.json --quiet --out "$RUNS/two"
    cp tests/files/{package.json,package-lock.json,read_hlog.js} "$RUNS/"
    cd "$RUNS" && npm ci --no-audit --no-fund --loglevel=error
}

# Whether figures that a reader printed as JSON ($1) are run.json's of $2: the count is the same, and
# every latency to three significant digits.
same() {
    python3 - "$1" "$RUNS/two/run.json" "$2" <<'PYTHON'
import json, sys
read = json.loads(sys.argv[1])
run = json.load(open(sys.argv[2]))
ours = (run["nodes"][sys.argv[3]] if sys.argv[3] else run)["latency_ms"]
ours = ours.get("succeeded", ours)  # failures have a tag of their own
assert read["count"] == ours["count"] > 1000, (read, ours)
for name in set(read) & set(ours) - {"count"}:
    assert abs(read[name] - ours[name]) <= 0.001 * ours[name], (name, read[name], ours[name])
assert len(set(read) & set(ours)) >= 6, read
PYTHON
}

@test "JavaScript reads the counts and percentiles of run.json" {
    same "$(node "$RUNS/read_hlog.js" "$RUNS/two/latency.hlog")" ""
}

@test "each client's lines have its tag" {
    same "$(node "$RUNS/read_hlog.js" "$RUNS/two/latency.hlog" readers)" readers
    same "$(node "$RUNS/read_hlog.js" "$RUNS/two/latency.hlog" writers)" writers
}

@test "Java reads the counts and percentiles of run.json" {
    java -cp /usr/share/java/hdrhistogram.jar org.HdrHistogram.HistogramLogProcessor \
        -i "$RUNS/two/latency.hlog" -outputValueUnitRatio 1000000 >"$RUNS/java.txt"
    # Its table has a line for every twentieth at least, up to the 95th percentile.
    read=$(awk '
        $2 == "0.500000000000" { p50 = $1 }
        $2 == "0.900000000000" { p90 = $1 }
        $2 == "0.950000000000" { p95 = $1 }
        /^#\[Mean/ { mean = $3 }
        /^#\[Max/  { max = $3; count = $NF }
        END { gsub(/[^0-9.]/, "", mean); gsub(/[^0-9.]/, "", max); gsub(/[^0-9]/, "", count)
              printf "{\"p50\": %s, \"p90\": %s, \"p95\": %s, \"mean\": %s, \"max\": %s, \"count\": %s}",
                     p50, p90, p95, mean, max, count }' "$RUNS/java.txt")
    same "$read" ""
}

@test "the time axis is that of the run: warm-up left out, one line a second" {
    head -4 "$RUNS/two/latency.hlog" | grep -F '#[StartTime: 1709542800.000 '
    # Untagged, as those of one client are tagged.
    grep -cE '^[0-9.]+,1\.000,' "$RUNS/two/latency.hlog" | grep -x 120
    grep -E '^[0-9]' "$RUNS/two/latency.hlog" | head -1 | grep -E '^10\.000,'
}

@test "what is not the same is found" {
    read=$(node "$RUNS/read_hlog.js" "$RUNS/two/latency.hlog")
    if same "$read" readers; then return 1; fi
}
