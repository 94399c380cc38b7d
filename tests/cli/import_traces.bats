#!/usr/bin/env bats
# Recorded traces become a scenario that plays: who calls whom, how often, in parallel or one after
# another, own times and arrivals come back as they were; what traces do not say is a gap.

bats_require_minimum_version 1.5.0

load ../support/imported

# OTLP JSON of many requests. The program on the standard input fills `requests` with spans, each a
# dictionary: id, parent, service, name, kind (1 to 5), begin and end in ms, and attributes.
spans() {
    cat >spans.py
    python3 - <<'END'
import json, random
random.seed(11)
requests = []
exec(open("spans.py").read())
services = {}
for number, request in enumerate(requests):
    for span in request:
        services.setdefault(span["service"], []).append({
            "traceId": "%032x" % (number + 1), "spanId": span["id"],
            **({"parentSpanId": span["parent"]} if "parent" in span else {}),
            "name": span["name"], "kind": span["kind"],
            "startTimeUnixNano": str(1700000000000000000 + round(span["begin"] * 1e6)),
            "endTimeUnixNano": str(1700000000000000000 + round(span["end"] * 1e6)),
            "attributes": [{"key": key, "value": {"stringValue": value}}
                           for key, value in span.get("attributes", {}).items()],
            "status": {"code": 2} if span.get("failed") else {}})
print(json.dumps({"resourceSpans": [
    {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
     "scopeSpans": [{"spans": all}]} for service, all in services.items()]}))
END
}

# By hand: of 120 ms of the frontend 50 lie in two calls that overlap, of 46 ms of the checkout 11.
@test "OTLP: own times, parallel calls, databases, messages and what is not taken over" {
    "$SPATE" import "$files/traces/otlp.jsonl" >otlp.json 2>said
    [ "$(value otlp.json nodes/frontend/replicas)" = 2 ]
    [ "$(value otlp.json nodes/frontend/endpoints/POST_cart_checkout/0/work/mean)" = '"70ms"' ]
    [ "$(value otlp.json nodes/frontend/endpoints/POST_cart_checkout/2/parallel)" = \
        '[[{"call": "checkout.POST_orders", "latency": "2ms"}], [{"call": "recommendation.GET_recommendations_id", "latency": "1ms"}]]' ]
    [ "$(value otlp.json nodes/checkout/endpoints/POST_orders/0/work/mean)" = '"35ms"' ]
    [ "$(value otlp.json nodes/checkout/endpoints/POST_orders/1/call)" = '"orders_db.INSERT_orders"' ]
    [ "$(value otlp.json nodes/checkout/endpoints/POST_orders/2/call)" = '"redis.SET"' ]
    [ "$(value otlp.json nodes/checkout/endpoints/POST_orders/3/async/0/call)" = '"mailer.orders_process"' ]
    [ "$(value otlp.json nodes/orders_db/kind)" = '"database"' ]
    [ "$(value otlp.json nodes/orders_db/queries/INSERT_orders/mean)" = '"10ms"' ]
    # One of two requests failed, and no call of its.
    [ "$(value otlp.json nodes/frontend/endpoints/POST_cart_checkout/1/fail)" = '"50%"' ]
    [ "$(value otlp.json nodes/clients/rate)" = '"0.5/s"' ]
    grep -q "GAP [0-9]*, sampling: " otlp.json
    grep -q "GAP [0-9]*, own time: " otlp.json
    grep -q "recommendation that begin before their caller's in frontend (1): the clocks differ" said
    grep -q "spans whose parent is in no file (1)" said
    grep -q "messages from checkout to mailer (1)" said
    grep -q "failures without a status (1)" said
    grep -q "logs (1): only spans are read" said
    run -0 "$SPATE" run otlp.json
}

# Of 700 ms of the frontend 300 and two tries of 40 together with the wait between them are calls.
@test "Jaeger: own times, and a call that is tried again" {
    "$SPATE" import "$files/traces/jaeger.json" >jaeger.json 2>said
    [ "$(value jaeger.json nodes/frontend/endpoints/HTTP_GET_dispatch/0/work/mean)" = '"360ms"' ]
    [ "$(value jaeger.json nodes/frontend/endpoints/HTTP_GET_dispatch/1)" = \
        '{"call": "customer.HTTP_GET_customer", "latency": "2ms"}' ]
    [ "$(value jaeger.json nodes/frontend/endpoints/HTTP_GET_dispatch/2)" = \
        '{"call": "redis.GetDriver", "policies": [{"kind": "retry", "max_attempts": 2, "backoff": {"wait_duration": "10ms"}}]}' ]
    [ "$(value jaeger.json nodes/redis/endpoints/GetDriver)" = \
        '[{"wait": {"kind": "exponential", "mean": "15ms"}}, {"fail": "50%"}]' ]
    [ "$(value jaeger.json nodes/customer/endpoints/HTTP_GET_customer/0/work/mean)" = '"16ms"' ]
    [ "$(value jaeger.json nodes/mysql/queries/SQL_SELECT/mean)" = '"280ms"' ]
    run -0 "$SPATE" run jaeger.json --set expect=[]
}

@test "Zipkin: client and server share a span, and its children are the server's" {
    "$SPATE" import "$files/traces/zipkin.json" >zipkin.json 2>said
    [ "$(value zipkin.json nodes/gateway/endpoints/get_api/0/work/mean)" = '"10ms"' ]
    [ "$(value zipkin.json nodes/gateway/endpoints/get_api/1)" = '{"call": "backend.get_items", "latency": "2ms"}' ]
    [ "$(value zipkin.json nodes/backend/endpoints/get_items/0/work/mean)" = '"14ms"' ]
    [ "$(value zipkin.json nodes/items_db/queries/select/mean)" = '"12ms"' ]
    run ! grep "Not taken over" said
    run -0 "$SPATE" run zipkin.json
}

# What is played is known: shares and means come back within 3.5 standard errors (one in 2,000 is
# further off), from any of the formats; those in microseconds cut off up to one.
@test "a scenario that is played, exported and imported has its shares and laws again" {
    "$SPATE" run "$files/traces/calls.json" --quiet --out out
    for format in otlp jaeger zipkin; do
        "$SPATE" export out --to "$format" -o "traces.$format"
        "$SPATE" import "traces.$format" >"$format.json" 2>/dev/null
        "$SPATE" check "$format.json"
        sed 's,^ *//.*,,' "$format.json" | python3 -c '
import json, math, sys
nodes = json.load(sys.stdin)["nodes"]
ms = lambda text: float(text.removesuffix("ms"))
def near(found, truth, error, what):
    assert abs(found - truth) < 3.5 * error + 0.001 * truth, (what, found, truth, error)
rate = float(nodes["clients"]["rate"].removesuffix("/s"))
n = rate * 60
near(rate, 40, 40 / math.sqrt(2400), "rate")
assert "arrivals" not in nodes["clients"], "Poisson arrivals"
buy = nodes["web"]["endpoints"]["buy"]
work = buy[0]["work"]
assert work["kind"] == "gamma"
near(ms(work["mean"]), 4, 4 / math.sqrt(3 * n), "own time")
def share_of(branches, count):
    made = sum(b["weight"] for b in branches if len(b.get("steps", [])) == count)
    return made / sum(b["weight"] for b in branches)
near(share_of(buy[1]["choose"], 1), 0.3, math.sqrt(0.21 / n), "stock")
[stock] = [b for b in buy[1]["choose"] if "steps" in b]
assert stock["steps"] == [{"call": "stock.count", "latency": "1ms"}], stock
assert sorted(b[0]["call"] for b in buy[2]["parallel"]) == ["images.one", "prices.one"]
near(share_of(buy[3]["choose"], 2), 0.2, math.sqrt(0.16 / n), "cart")
near(share_of(buy[3]["choose"], 1), 0.8, math.sqrt(0.16 / n), "cart")
prices = nodes["prices"]["endpoints"]["one"]
near(ms(prices[0]["work"]["mean"]), 5, 5 * 0.8 / math.sqrt(n), "lognormal")
near(float(prices[1]["fail"].removesuffix("%")), 2, 100 * math.sqrt(0.0196 / n), "failures")
count = nodes["stock"]["endpoints"]["count"][0]["work"]
near(ms(count["mean"]), 8, 8 / math.sqrt(0.3 * n), "exponential")
images = nodes["images"]["endpoints"]["one"][0]["work"]
assert images["kind"] == "uniform" and abs(ms(images["min"]) - 4) < 0.02 and abs(ms(images["max"]) - 6) < 0.02
'
    done
    # What it plays takes as long: 4 ms, 3 of 10 times 10 ms, the larger of prices and images, which
    # is 6.39 ms by integration, and 1.2 times 2 ms: 15.8 ms; the shares and means above are off by
    # 0.35 ms at most each.
    run -0 "$SPATE" run otlp.json --quiet --set 'expect=["succeeded.mean > 14.8ms", "succeeded.mean < 16.8ms"]'
    run -0 "$SPATE" run "$files/traces/calls.json" --quiet --set 'expect=["succeeded.mean > 14.8ms", "succeeded.mean < 16.8ms"]'
}

# A cache is asked by all, the database after a miss: in three of ten requests, drawn together with
# the write that follows, and one of two services is asked, never both.
@test "calls that come together, or never do, are drawn together" {
    spans <<'END' >traces.json
for i in range(1000):
    at = i * 10.0
    request = [dict(id="%016x" % 1, service="web", name="GET /", kind=2, begin=at, end=at + 9)]
    def call(id, system, peer, name, begin, end):
        request.append(dict(id="%016x" % id, parent="%016x" % 1, service="web", name=name, kind=3,
                            begin=at + begin, end=at + end,
                            attributes={"db.system": system, "server.address": peer}))
    call(2, "redis", "cache", "GET", 1, 2)
    if random.random() < 0.3:
        call(3, "postgresql", "db", "SELECT", 2, 4)
        call(4, "redis", "cache", "SET", 4, 5)
    which = random.choice(["a", "b"])
    call(5, "other", which, "ask", 6, 8)
    requests.append(request)
END
    "$SPATE" import traces.json >scenario.json 2>said
    [ "$(value scenario.json nodes/web/endpoints/GET/1)" = '{"call": "cache.GET"}' ]
    [ "$(value scenario.json nodes/web/endpoints/GET/2/choose/1/steps)" = '[{"call": "db.SELECT"}, {"call": "cache.SET"}]' ]
    [[ "$(value scenario.json nodes/web/endpoints/GET/2/choose/0)" != *steps* ]]
    choose=$(value scenario.json nodes/web/endpoints/GET/3/choose)
    [ "$(grep -o '"call": "a.ask"' <<<"$choose" | wc -l)" = 1 ]
    [ "$(grep -o '"call": "b.ask"' <<<"$choose" | wc -l)" = 1 ]
    [ "$(grep -o weight <<<"$choose" | wc -l)" = 2 ]
    # Arrivals every 10 ms.
    [ "$(value scenario.json nodes/clients/arrivals)" = '"constant"' ]
    [ "$(value scenario.json nodes/clients/rate)" = '"100/s"' ]
    run -0 "$SPATE" run scenario.json
}

# Five to fifty queries, one after another: their mean of 27.5 is kept within what 400 requests know,
# 3.5 * 13.3 / 20 = 2.3.
@test "many calls of one kind are repeated, their mean is kept" {
    spans <<'END' >traces.json
for i in range(400):
    at = i * 1000.0
    request = [dict(id="%016x" % 1, service="web", name="GET /list", kind=2, begin=at, end=at + 200)]
    for k in range(random.randint(5, 50)):
        request.append(dict(id="%016x" % (k + 2), parent="%016x" % 1, service="web", name="SELECT",
                            kind=3, begin=at + k, end=at + k + 0.8, attributes={"db.system": "mysql"}))
    requests.append(request)
END
    "$SPATE" import traces.json >scenario.json 2>said
    value scenario.json nodes/web/endpoints/GET_list/1/choose | python3 -c '
import json, sys
branches = json.load(sys.stdin)
assert all(b["steps"][0]["as"] == "one_by_one" for b in branches)
mean = sum(b["weight"] * b["steps"][0]["items"] for b in branches) / sum(b["weight"] for b in branches)
assert abs(mean - 27.5) < 2.3, mean'
    run -0 "$SPATE" run scenario.json
}

# The callee fails in a tenth of the requests, and they succeed all the same.
@test "a failure that callers bear has a fallback, and what comes after a failure is no rarer" {
    spans <<'END' >traces.json
for i in range(1000):
    at = i * 10.0
    bears = i % 2 == 0
    name = "GET /bears" if bears else "GET /fails"
    failed = i % 10 in (0, 1)
    request = [dict(id="%016x" % 1, service="web", name=name, kind=2, begin=at, end=at + 9, failed=failed and not bears)]
    request.append(dict(id="%016x" % 2, parent="%016x" % 1, service="web", name="GET", kind=3, begin=at + 1, end=at + 3, failed=failed))
    request.append(dict(id="%016x" % 3, parent="%016x" % 2, service="ads", name="GET /ads", kind=2, begin=at + 1, end=at + 3,
                        failed=failed, attributes={"http.response.status_code": "503" if failed else "200"}))
    if bears or not failed:
        request.append(dict(id="%016x" % 4, parent="%016x" % 1, service="web", name="SELECT", kind=3, begin=at + 4, end=at + 5,
                            attributes={"db.system": "mysql"}))
    requests.append(request)
END
    "$SPATE" import traces.json >scenario.json 2>said
    [ "$(value scenario.json nodes/web/endpoints/GET_bears/1)" = '{"call": "ads.GET_ads", "policies": [{"kind": "fallback"}]}' ]
    [ "$(value scenario.json nodes/web/endpoints/GET_fails/1)" = '{"call": "ads.GET_ads"}' ]
    # Every request that comes so far reads the database, though a fifth never came.
    [ "$(value scenario.json nodes/web/endpoints/GET_fails/2)" = '{"call": "mysql.SELECT"}' ]
    [ "$(value scenario.json nodes/ads/endpoints/GET_ads/1)" = '{"fail": "20%"}' ]
    run ! grep "without a status" said
    run -0 "$SPATE" run scenario.json
}

@test "calls that go round in a circle are waited for, and said" {
    spans <<'END' >traces.json
for i in range(100):
    at = i * 10.0
    requests.append([
        dict(id="%016x" % 1, service="a", name="one", kind=2, begin=at, end=at + 8),
        dict(id="%016x" % 2, parent="%016x" % 1, service="b", name="two", kind=2, begin=at + 1, end=at + 7),
        dict(id="%016x" % 3, parent="%016x" % 2, service="a", name="three", kind=2, begin=at + 2, end=at + 5),
    ])
END
    "$SPATE" import traces.json >scenario.json 2>said
    [ "$(value scenario.json nodes/a/endpoints/one/1)" = '{"call": "b.two"}' ]
    [ "$(value scenario.json nodes/b/endpoints/two/1)" = '{"wait": "3ms"}' ]
    grep -q "calls of b.two to a.three: calls would go round in a circle" said
    run -0 "$SPATE" run scenario.json
}

@test "with --out the schema lies beside, and several files are one system" {
    run -0 --separate-stderr "$SPATE" import "$files/traces/jaeger.json" "$files/traces/zipkin.json" --out new/all.json
    [[ $output == *"spate run new/all.json --out out"* ]]
    [[ $stderr == *"jaeger.json: 6 spans"*"zipkin.json: 4 spans"* ]]
    cmp new/spate.schema.json <("$SPATE" schema)
    [ "$(value new/all.json nodes/clients/calls/1/to)" = '"gateway.get_api"' ]
}

@test "what are no traces is one problem, and nothing is written" {
    echo '{"resourceSpans": [' >cut.json
    echo '[{"traceId": "1", "id": 7}]' >no_span.json
    echo '{"data": [], "traceID": 1}' >no_trace.json
    echo '{"traceID": 5}' >other.json
    printf '{"resourceSpans": []}\n{"resourceSpans": [}\n' >second.json
    printf '{"resourceSpans": %s' "$(printf '[%.0s' {1..100000})" >deep.json
    local file
    for file in cut no_span no_trace other second deep; do
        echo "$file"
        run -2 --separate-stderr timeout 20 "$SPATE" import "$file.json" --out "$file.out"
        [ -z "$output" ]
        [ -n "$stderr" ]
        [ ! -e "$file.out" ]
    done
    run -2 --separate-stderr "$SPATE" import second.json
    [[ $stderr == *"second.json, line 2:"* ]]
    run -2 --separate-stderr "$SPATE" import "$files/traces/zipkin.json" "$files/voting.yaml"
    [[ $stderr == *"together"* ]]
}

# Parents in a circle, a span that is its own parent, ends before beginnings, times beyond any clock,
# two spans of one id, names that a terminal would obey: each is left out or read as what it says.
@test "hostile spans neither crash nor hang" {
    python3 - <<'END' >hostile.json
import json
s = lambda id, parent, **more: {"traceId": "t", "id": id, "parentId": parent, "kind": "SERVER", "name": "n",
                                "timestamp": 1700000000000000, "duration": 1000,
                                "localEndpoint": {"serviceName": "s"}, **more}
print(json.dumps([
    s("1", ""), s("2", "3"), s("3", "2"), s("4", "4"), s("1", ""),
    s("5", "6", kind=""), s("6", "5", kind=""), s("7", "1", duration=-5), s("8", "1", timestamp=2**62),
    s("9", "1", name="\u001b[31m" + "x" * 10000), s("10", "1", name=""), s("11", "1", name="../../etc"),
    s("12", "1", localEndpoint={"serviceName": "\u0000\u202e"}), s("13", "1", localEndpoint=7),
    {"traceId": "t"}, 7, None, [], "x", s("14", "1", tags={"a": {"b": 1}, "error": None}),
] + [s(str(100 + i), str(99 + i), kind="CLIENT", shared=True) for i in range(2000)]))
END
    run -0 --separate-stderr timeout 20 "$SPATE" import hostile.json --out hostile.out
    run ! grep -q $'\033' hostile.out
    run -0 "$SPATE" check hostile.out
    [[ $stderr == *"spans without a time (1)"* || $stderr == *"spans without a time (2)"* ]]
    [[ $stderr == *"spans with the id of another (1)"* ]]
}
