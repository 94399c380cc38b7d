#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "reports/traces/access.h"
#include "reports/traces/exporters.h"
#include "reports/traces/shown.h"
#include "reports/traces/terminal_tree.h"
#include "reports/traces/tree.h"
#include "sim/span.h"

namespace {

struct Given {
    std::size_t parent;
    std::int64_t begin_ns;
    std::int64_t end_ns;
};

reports::Trace trace_of(const std::vector<Given>& spans) {
    reports::Trace trace;
    trace.id = std::string(32, 'a');
    for (const Given& each : spans) {
        reports::TraceSpan& span = trace.spans.emplace_back();
        span.id = "000000000000000" + std::to_string(trace.spans.size());
        span.parent = each.parent;
        span.service = span.instance = span.name = "s" + std::to_string(trace.spans.size());
        span.begin_ns = each.begin_ns;
        span.end_ns = each.end_ns;
        span.outcome = "succeeded";
    }
    return trace;
}

constexpr std::size_t kRoot = reports::kNoSpan;

}  // namespace

TEST_CASE("the critical path goes through the one that ended last") {
    // Two side by side: the second was waited for, and before it began, whoever called both.
    const reports::Trace trace = trace_of({{kRoot, 0, 10}, {0, 1, 4}, {0, 3, 9}});
    CHECK(reports::critical_ns(trace) == std::vector<std::int64_t>{4, 0, 6});
    CHECK(reports::trouble_with(trace).empty());
}

TEST_CASE("one after another are all on the critical path, and so are their children") {
    const reports::Trace trace = trace_of({{kRoot, 0, 10}, {0, 1, 4}, {0, 5, 9}, {2, 6, 8}});
    CHECK(reports::critical_ns(trace) == std::vector<std::int64_t>{3, 3, 2, 2});
}

TEST_CASE("nobody waits for work that outlives its caller") {
    reports::Trace trace = trace_of({{kRoot, 0, 10}, {0, 2, 30}});
    CHECK_FALSE(reports::trouble_with(trace).empty());
    trace.spans[1].outlived = true;
    CHECK(reports::trouble_with(trace).empty());
    CHECK(reports::critical_ns(trace) == std::vector<std::int64_t>{10, 0});
}

TEST_CASE("what is no tree is found") {
    CHECK_FALSE(reports::trouble_with(trace_of({{kRoot, 0, 10}, {kRoot, 1, 2}})).empty());
    CHECK_FALSE(reports::trouble_with(trace_of({{kRoot, 5, 10}, {0, 4, 6}})).empty());
    CHECK_FALSE(reports::trouble_with(trace_of({{kRoot, 0, 10}, {0, 11, 12}})).empty());
    reports::Trace twice = trace_of({{kRoot, 0, 10}, {0, 1, 2}});
    twice.spans[1].id = twice.spans[0].id;
    CHECK_FALSE(reports::trouble_with(twice).empty());
    CHECK_FALSE(reports::trouble_with(trace_of({})).empty());
}

TEST_CASE("slices that overlap are on lanes of their own, and those within others are not") {
    reports::TraceSet set;
    set.traces = {trace_of({{kRoot, 0, 100}, {0, 10, 60}, {0, 30, 90}, {1, 20, 40}})};
    for (reports::TraceSpan& span : set.traces[0].spans) span.service = "shop";
    const auto json = nlohmann::json::parse(reports::chrome_trace(set));
    std::map<std::string, int> lanes;
    for (const auto& event : json["traceEvents"]) {
        if (event["ph"] == "B") lanes[event["name"]] = event["tid"];
    }
    CHECK(lanes == std::map<std::string, int>{{"s1", 1}, {"s2", 1}, {"s3", 2}, {"s4", 1}});
}

TEST_CASE("a tree in the terminal obeys nothing that a name says") {
    reports::TraceSet set;
    set.traces = {trace_of({{kRoot, 0, 5'000'000}, {0, 1'000'000, 2'000'000}})};
    set.traces[0].spans[1].name = "\x1b[2J";
    const std::string tree = reports::trace_tree(set, 0);
    CHECK(tree.find('\x1b') == std::string::npos);
    CHECK(tree.find("5.000 ms") != std::string::npos);
    CHECK(tree.find("└─ ") != std::string::npos);
}

TEST_CASE("the page shows the slowest, the median of those that succeeded, and a failed request") {
    reports::TraceSet set;
    for (std::int64_t i = 1; i <= 9; ++i) {
        reports::Trace& trace = set.traces.emplace_back(trace_of({{kRoot, 100, 100 + 10 * i}}));
        if (i == 4 || i == 6 || i == 9) trace.spans[0].outcome = "failed";
        // There for what they were: they say nothing of what is typical.
        if (i <= 2) trace.kept_for = sim::KeptFor::slowest;
    }
    set.traces[6].spans[0].link_trace = "b";  // what one left behind
    const reports::ShownTraces shown = reports::shown_traces(set);
    REQUIRE(shown.traces.size() == 3);
    CHECK(shown.traces[0].which == "slowest");
    CHECK(shown.traces[0].number == 9);
    CHECK(shown.traces[1].which == "typical");
    CHECK(shown.traces[1].number == 5);  // of 3, 5 and 8
    CHECK(shown.traces[2].which == "failed");
    CHECK(shown.traces[2].number == 6);  // of 4 and 6, as the slowest is there already
    CHECK(reports::shown_traces({}).traces.empty());
}

TEST_CASE("of a large trace the longest spans are shown, each below who called it") {
    std::vector<Given> spans = {{kRoot, 0, 10'000}, {0, 0, 9'000}};
    for (std::int64_t i = 0; i < 500; ++i) spans.push_back({1, i, i + i % 250});
    reports::TraceSet set;
    set.traces = {trace_of(spans)};
    set.traces[0].dropped = 7;
    const reports::ShownTraces shown = reports::shown_traces(set);
    REQUIRE(shown.traces.size() == 1);
    const reports::ShownTrace& trace = shown.traces[0];
    CHECK(trace.spans.size() == 80);
    CHECK(trace.left_out == 502 - 80 + 7);
    CHECK(trace.spans[0].depth == 0);
    CHECK(trace.spans[1].depth == 1);
    for (std::size_t i = 2; i < trace.spans.size(); ++i) {
        CHECK(trace.spans[i].depth == 2);
        CHECK(trace.spans[i].span.duration_ns() >= 210);
    }
    std::int64_t waited = 0;
    for (const reports::ShownSpan& each : trace.spans) {
        for (const auto& stretch : each.critical) waited += stretch.end_ns - stretch.begin_ns;
    }
    CHECK(waited <= 10'000);
    CHECK(waited > 9'000);
}

TEST_CASE("it is said how many traces were kept of how many, and by which rule") {
    reports::TraceSet set;
    CHECK(reports::kept_sentence(set).empty());
    set.chosen = set.kept = 12;
    CHECK(reports::kept_sentence(set) == "All 12 traced requests are kept.");
    set.chosen = 4321;
    set.kept = 1000;
    set.no_room = 21;
    set.window_ns = 14'400'000'000;
    set.reserved = 5;
    CHECK(reports::kept_sentence(set) ==
          "1,000 of 4,300 traced requests are kept: of each 14.4 s of the run the 5 slowest, 5 "
          "that failed and a random sample of the rest. 21 more were not looked at, with as many "
          "as may be kept under way.");
    const auto names = reports::trace_counts(sim::Observed{});
    CHECK(names.left_out() == 0);
}

TEST_CASE("a line of a balancer's log has the three times of a request") {
    const std::string access =
        R"({"node": "alb", "instance": "alb", "received_unix_ns": 1704067200000000000,)"
        R"( "sent_to_target_unix_ns": 1704067200002000000,)"
        R"( "target_answered_unix_ns": 1704067200012000000,)"
        R"( "ended_unix_ns": 1704067200015500000, "method": "GET", "path": "/users",)"
        R"( "status": 200, "client": "10.0.0.7", "user": 7, "received_bytes": 12,)"
        R"( "sent_bytes": 345, "target": "web[2]"})"
        "\n";
    CHECK(reports::alb_log(access) ==
          "http 2024-01-01T00:00:00.015500Z app/alb/0 10.0.0.7:0 web[2] 0.002 0.010 0.004 200 200 "
          "12 345 \"GET http://alb:80/users HTTP/1.1\" \"-\" - - - \"-\" \"-\" \"-\" 0 "
          "2024-01-01T00:00:00.000000Z \"forward\" \"-\" \"-\" \"web[2]\" \"200\" \"-\" \"-\"\n");
    CHECK(reports::gateway_log(access) ==
          R"({"method":"GET","url":"/users","status":200,"duration":"15.500ms",)"
          R"("userAgent":"spate","ip":"10.0.0.7","timestamp":"2024-01-01T00:00:00.015Z"})"
          "\n");
}
