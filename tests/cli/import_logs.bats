#!/usr/bin/env bats
# An access log becomes a scenario whose clients send what was logged.

bats_require_minimum_version 1.5.0

load ../support/imported

# What the log says, counted by another program.
counted() { grep -c "$1" "$files/logs/nginx.log"; }

# The times of the log were drawn from exponential laws with means of 20, 1 and 50 ms, the arrivals
# from a Poisson process of 4/s over 300 s.
@test "shares, sizes, times and failures are the log's, and a law has its arrivals" {
    "$SPATE" import "$files/logs/nginx.log" >nginx.json 2>said
    [ "$(value nginx.json nodes/clients/kind)" = '"open_loop"' ]
    value nginx.json nodes/clients | python3 -c '
import json, sys
node = json.load(sys.stdin)
assert "arrivals" not in node and "stages" not in node
rate = float(node["rate"].removesuffix("/s"))
assert abs(rate - 4) < 3.5 * (4 / 300) ** 0.5, rate
calls = {each["name"]: each for each in node["calls"]}
counts = dict(zip(["GET_items_id", "GET_static_files", "POST_orders"], map(int, sys.argv[1:])))
assert {name: each["weight"] for name, each in calls.items()} == counts, (calls, counts)
assert calls["GET_items_id"]["answer"] == "5120B"
assert calls["POST_orders"]["writes"] == "100%"' "$(counted GET./items)" "$(counted app.css)" "$(counted POST)"
    value nginx.json nodes/server/endpoints | python3 -c '
import json, sys
ends = json.load(sys.stdin)
def near(name, mean):
    law = ends[name][0]["wait"]
    assert law["kind"] == "exponential", law
    error = mean / counts[name] ** 0.5
    unit = {"ms": 1, "us": 1e-3}[law["mean"].lstrip("0123456789.")]
    found = float(law["mean"].rstrip("mus")) * unit
    assert abs(found - mean) < 3.5 * error, (name, found, mean, error)
counts = dict(zip(["GET_items_id", "GET_static_files", "POST_orders", "failed"], map(int, sys.argv[1:])))
near("GET_items_id", 20)
near("POST_orders", 50)
share = 100 * counts["failed"] / counts["POST_orders"]
assert abs(float(ends["POST_orders"][1]["fail"].removesuffix("%")) - share) < 0.01' \
        "$(counted GET./items)" "$(counted app.css)" "$(counted POST)" "$(counted '" 503 ')"
    grep -q "lines that are no requests (1)" said
    grep -q "GAP [0-9]*, request times: " nginx.json
    run -0 "$SPATE" run nginx.json --quiet
}

@test "with --out the requests themselves are replayed" {
    run -0 --separate-stderr "$SPATE" import "$files/logs/nginx.log" --out new/nginx.json
    [ "$(value new/nginx.json nodes/clients/arrivals)" = '{"kind": "trace", "file": "nginx.requests.csv", "spread": "1s"}' ]
    all=$(($(wc -l <"$files/logs/nginx.log") - 1))
    [ "$(wc -l <new/nginx.requests.csv)" = $((all + 1)) ]
    # No address of anybody's is in it.
    run ! grep -q 203.0.113 new/nginx.requests.csv
    run -0 "$SPATE" run new/nginx.json --quiet --set "expect=[\"offered >= $all\", \"offered <= $all\"]"
    run -2 --separate-stderr "$SPATE" import "$files/logs/nginx.log" --out new/nginx.json
    [[ $stderr == *"new/nginx.json is there already"* ]]
}

# 100 seconds at one a second, 100 at nine, 1,000 in all, of which a Poisson process is off by 32: in
# the middle of the last part it is nine.
@test "a rate that changes has stages" {
    python3 - <<'END' >steps.log
for second in range(200):
    for k in range(1 if second < 100 else 9):
        print('10.0.0.1 - - [04/Mar/2024:10:%02d:%02d +0000] "GET /a HTTP/1.1" 200 5' % divmod(second, 60))
END
    "$SPATE" import steps.log >steps.json 2>said
    [ "$(value steps.json nodes/clients/rate)" = '"1/s"' ]
    [ "$(value steps.json nodes/clients/stages/0/target)" = '"1/s"' ]
    [ "$(value steps.json nodes/clients/stages/20/target)" = '"9/s"' ]
    [ "$(value steps.json run/measure)" = '"200s"' ] || [ "$(value steps.json run/measure)" = '"3min20s"' ]
    # Without times in the log the server's are a placeholder.
    [ "$(value steps.json nodes/server/endpoints/GET_a/0/work/mean)" = '"5ms"' ]
    grep -q "GAP [0-9]*, service time: " steps.json
    run -0 "$SPATE" run steps.json --quiet --set 'expect=["offered > 890", "offered < 1110"]'
}

# Ten at once every ten seconds: variance over mean of a second's count is 9, its root 3.
@test "bursts are not taken for a Poisson process" {
    python3 - <<'END' >bursts.log
for second in range(0, 3600, 10):
    for k in range(10):
        print('10.0.0.1 - - [04/Mar/2024:10:%02d:%02d +0000] "GET /a HTTP/1.1" 200 5' % divmod(second, 60))
END
    "$SPATE" import bursts.log >bursts.json 2>said
    value bursts.json nodes/clients/arrivals | python3 -c '
import json, sys
law = json.load(sys.stdin)
assert law["kind"] == "renewal" and abs(law["variation"] - 3) < 0.1, law'
}

@test "Apache's %D is microseconds, and very many endpoints are few" {
    for i in {1..60}; do
        for _ in $(seq "$i"); do
            echo "10.0.0.1 - - [04/Mar/2024:10:00:$((i % 60)) +0000] \"GET /page$i HTTP/1.1\" 200 5 2500"
        done
    done | sed 's/:00:\([0-9]\) /:00:0\1 /' >apache.log
    "$SPATE" import apache.log >apache.json 2>said
    [ "$(value apache.json nodes/server/endpoints/GET_page60/0/wait)" = '"2.5ms"' ]
    [ "$(grep -c '"name": "' <(sed -n '/"calls"/,/\]/p' apache.json))" = 30 ]
    # The rarest are the pages 1 to 31: 31 * 32 / 2 requests.
    grep -q '31 rare endpoints: their 496 requests are those of one, "other"' said
}

@test "what is no access log is one problem" {
    {
        echo '10.0.0.1 - - [04/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5'
        for _ in 1 2 3; do echo 'nonsense'; done
    } >most.log
    run -2 --separate-stderr "$SPATE" import most.log
    [ -z "$output" ]
    [[ $stderr == *"most.log:2:1: 3 of 4 lines are no requests"* ]]
    run -2 --separate-stderr "$SPATE" import "$files/logs/nginx.log" "$BATS_TEST_DIRNAME/../files/import/traces/zipkin.json"
    [[ $stderr == *"together"* ]]
    # Bytes that are no text, quotes without an end, a line as long as a file.
    {
        echo '10.0.0.1 - - [04/Mar/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5'
        echo '10.0.0.1 - - [04/Mar/2024:10:00:01 +0000] "GET /\" HTTP/1.1'
        printf '10.0.0.1 - - [04/Mar/2024:10:00:02 +0000] "GET /\x1b[31m\xff HTTP/1.1" 999999999999 -1 "\n'
        printf '10.0.0.1 - - [04/Mar/2024:10:00:03 +0000] "GET /%s HTTP/1.1" 200 5\n' "$(head -c 1000000 /dev/zero | tr '\0' a)"
    } >hostile.log
    run -0 --separate-stderr timeout 20 "$SPATE" import hostile.log --out hostile.json
    run -0 "$SPATE" check hostile.json
    run ! grep -q $'\033' hostile.json
}
