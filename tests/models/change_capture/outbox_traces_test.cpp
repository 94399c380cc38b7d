// What a trace shows of an order and its row of an outbox: the steps of the pattern, in their
// order.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "reports/traces/trace.h"
#include "tests/support/play.h"

namespace {

// Ten orders a second for five of ten seconds, all of them traced.
sim::Recording traced_orders(const std::string& failures) {
    return support::play(
        R"({"run": {"measure": "10s", "traces": {"share": "100%", "most": 1000}}, "nodes": {
        "clients": {"kind": "open_loop", "calls": [{"to": "bff.order", "writes": "100%"}], "rate": "10/s",
                    "stages": [{"target": "10/s", "duration": "5s"}, {"target": "0/s", "duration": "0s"}]},
        "bff": {"kind": "server", "threads": 100, "endpoints": {"order": [{"call": "shop.create"}]}},
        "shop": {"kind": "server", "threads": 100, "endpoints": {"create": [
            {"transaction": "db", "steps": [{"call": "db"}, {"outbox": "relay"}]}]}},
        "db": {"kind": "database", "service_time": "1ms", "wal": {"fsync_time": "2ms"}},
        "relay": {"kind": "outbox_relay", "database": "db", "topic": "kafka.orders", "runs_in": "publisher",
                  "poll_interval": "200ms"},
        "publisher": {"kind": "server", "endpoints": {"health": [{"work": "1ms"}]}},
        "kafka": {"kind": "kafka", "topics": {"orders": {}}}},
        "failures": [)" +
        failures + "]}");
}

std::vector<std::string> events_of(const reports::TraceSpan& span) {
    std::vector<std::string> names;
    for (const reports::SpanEvent& each : span.events) names.push_back(each.name);
    return names;
}

}  // namespace

TEST_CASE("a row of an outbox is seen in a trace: NEW, polled, published, SENT") {
    const sim::Recording run = traced_orders("");
    const reports::TraceSet set = reports::traces_of(run, 0);
    std::map<std::string, const reports::Trace*> by_id;
    for (const reports::Trace& each : set.traces) by_id.emplace(each.id, &each);
    std::size_t rows = 0;
    for (const reports::Trace& trace : set.traces) {
        if (trace.is_users()) continue;
        ++rows;
        const reports::TraceSpan& row = trace.root();
        CHECK(row.service == "relay");
        CHECK(row.outcome == "succeeded");
        REQUIRE(events_of(row) == std::vector<std::string>{"NEW", "polled", "SENT"});
        REQUIRE(trace.spans.size() >= 2);  // the broker has one, too
        const reports::TraceSpan& published = trace.spans[1];
        CHECK(published.name == "publish orders");
        const auto at = [&](std::size_t event) {
            return row.events[event].at.time_since_epoch().count();
        };
        CHECK(at(0) <= at(1));
        CHECK(at(1) <= published.begin_ns);
        CHECK(published.end_ns <= at(2));
        CHECK(row.end_ns == at(2));
        // It is of an order whose transaction had the row inserted, and committed: when it did, the
        // row was NEW.
        REQUIRE(by_id.contains(row.link_trace));
        const reports::Trace& order = *by_id.at(row.link_trace);
        std::vector<std::string> statements;
        for (const reports::TraceSpan& each : order.spans) {
            if (each.service == "db") continue;
            if (each.name.starts_with("db")) statements.push_back(each.name);
        }
        CHECK(statements == std::vector<std::string>{"db BEGIN", "db", "db INSERT", "db COMMIT"});
        CHECK(row.begin_ns >= order.root().begin_ns);
        CHECK(at(0) <= order.root().end_ns);
    }
    CHECK(static_cast<double>(rows) == support::measure(run, "relay", "rows"));
}

TEST_CASE(
    "a row that is never marked ends with the run, and one that is rolled back as cancelled") {
    const sim::Recording run = traced_orders(
        R"({"kind": "crash", "target": "publisher", "at": "2s", "lasts": "1h"},
           {"kind": "crash", "target": "shop", "at": "4s", "lasts": "100ms"})");
    std::size_t unfinished = 0;
    for (const reports::Trace& trace : reports::traces_of(run, 0).traces) {
        if (trace.is_users()) continue;
        const reports::TraceSpan& row = trace.root();
        const bool is_sent = std::ranges::count(events_of(row), "SENT") == 1;
        if (row.unfinished) ++unfinished;
        CHECK(is_sent == (row.outcome == "succeeded" && !row.unfinished));
    }
    CHECK(unfinished > 10);
}
