// What is true of the traces of every scenario of the catalogue, whatever models are in it.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "models/balancers/balancers.h"
#include "reports/traces/logs.h"
#include "reports/traces/trace.h"
#include "reports/traces/tree.h"
#include "sim/span.h"
#include "tests/support/play.h"

namespace {

std::vector<std::string> catalogue() {
    std::vector<std::string> files;
    const std::string folder = std::string(SPATE_SOURCE_DIR) + "/scenarios/models";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
}

// Short, and from the very start, so that nothing that was not traced is under way.
models::Scenario scenario_of(const std::string& file, std::vector<std::string> sets) {
    sets.insert(sets.end(), {"run.warm_up=0s", "run.measure=4s", "expect=[]"});
    models::Loaded loaded = models::load({file, {}, sets, {}});
    const std::string problems = loaded.problems.render();
    REQUIRE_MESSAGE(loaded.scenario.has_value(), problems);
    return *loaded.scenario;
}

const std::vector<std::string> kAll = {"run.traces.share=100%", "run.traces.most=300"};

struct Counts {
    std::uint64_t traces = 0;
    std::uint64_t spans = 0;
};

void check_trace(const reports::Trace& trace, const std::set<std::string>& spans) {
    CHECK(reports::trouble_with(trace) == "");
    const reports::TraceSpan& root = trace.root();
    if (!root.link_trace.empty()) CHECK(spans.contains(root.link_trace + root.link_span));
    if (root.link_trace.empty()) CHECK(root.kind == sim::SpanKind::client);
}

}  // namespace

TEST_CASE("every trace of every scenario is a tree whose critical path is its latency") {
    Counts counts;
    for (const std::string& file : catalogue()) {
        CAPTURE(file);
        const sim::Recording run = models::simulate(scenario_of(file, kAll), {1, 0});
        const reports::TraceSet set = reports::traces_of(run, 0);
        std::set<std::string> spans;
        for (const reports::Trace& trace : set.traces) {
            for (const reports::TraceSpan& span : trace.spans) spans.insert(trace.id + span.id);
        }
        CHECK(spans.size() == set.spans());  // no two are alike
        for (const reports::Trace& trace : set.traces) {
            check_trace(trace, spans);
        }
        counts.traces += set.traces.size();
        counts.spans += set.spans();
    }
    CHECK(counts.traces > 1000);
    CHECK(counts.spans > 5 * counts.traces);
}

TEST_CASE("looking on changes nothing: the same fingerprint, the same ends") {
    for (const std::string& file : catalogue()) {
        CAPTURE(file);
        const sim::Recording off = models::simulate(scenario_of(file, {}), {1, 0});
        std::vector<std::string> sets = {"run.traces.share=30%", "run.logs.flows=1s"};
        const sim::Recording on = models::simulate(scenario_of(file, sets), {1, 0});
        CHECK(on.fingerprint == off.fingerprint);
        CHECK(on.events == off.events);
        REQUIRE(on.nodes.size() == off.nodes.size());
        for (std::size_t node = 0; node < on.nodes.size(); ++node) {
            CHECK(on.nodes[node].totals == off.nodes[node].totals);
            CHECK(on.nodes[node].spent == off.nodes[node].spent);
        }
    }
}

TEST_CASE("every request of a user is looked at, and has one trace") {
    for (const std::string& file : catalogue()) {
        CAPTURE(file);
        const std::vector<std::string> sets = {"run.traces.share=100%", "run.traces.most=1000000",
                                               "run.measure=500ms"};
        models::Scenario scenario = scenario_of(file, sets);
        scenario.run.measure = std::chrono::milliseconds(500);
        const sim::Recording run = models::simulate(scenario, {1, 0});
        std::uint64_t offered = 0;
        for (const sim::NodeRecord& node : run.nodes) {
            offered += node.is_client ? node.totals.offered : 0;
        }
        REQUIRE(run.observed);
        CHECK(run.observed->requests == offered);
        std::uint64_t roots = 0;
        for (const reports::Trace& trace : reports::traces_of(run, 0).traces) {
            roots += trace.root().link_trace.empty();
        }
        CHECK(roots == offered);
    }
}

TEST_CASE("what is written of traces is what is read of them") {
    for (const std::string& file : catalogue()) {
        CAPTURE(file);
        const std::vector<std::string> sets = {"run.traces.share=100%", "run.traces.most=20"};
        const sim::Recording run = models::simulate(scenario_of(file, sets), {1, 0});
        const reports::TraceSet set = reports::traces_of(run, 0);
        const std::string text = reports::traces_jsonl(set);
        CHECK(reports::traces_jsonl(reports::read_traces(text)) == text);
        const std::string logs = reports::events_jsonl(reports::logs_of(run, set));
        CHECK(reports::events_jsonl(reports::read_events(logs)) == logs);
    }
}

TEST_CASE("the same requests are traced, whatever serves them") {
    const std::string shop = R"({"run": {"measure": "5s", "traces": {"share": "5%"}}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "300/s", "calls": "front"},
        "front": {"kind": "pool", "of": "web"},
        "web": {"kind": "server", "replicas": 4, "cores": 1, "threads": 8,
                "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "8ms"}}]}}}})";
    std::set<std::set<std::string>> chosen;
    for (const auto& choice : models::Balancers::each()) {
        const sim::Recording run =
            support::play(shop, 7, {"nodes.front.balancer=" + std::string(choice.kind())});
        std::set<std::string> ids;
        for (const reports::Trace& trace : reports::traces_of(run, 0).traces) ids.insert(trace.id);
        // 1,500 requests of which a twentieth is traced: 75, and five standard deviations of 8.4.
        CHECK(ids.size() > 33);
        CHECK(ids.size() < 117);
        chosen.insert(ids);
    }
    CHECK(chosen.size() == 1);
}

TEST_CASE("work left to the background has a trace of its own, which links to who left it") {
    const std::string shop = R"({"run": {"measure": "5s", "traces": {"share": "100%"}}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "50/s", "calls": "web"},
        "web": {"kind": "server", "cores": 4, "endpoints": {
            "get": [{"work": "1ms"}, {"async": [{"wait": "20ms"}]}]}}}})";
    const reports::TraceSet set = reports::traces_of(support::play(shop), 0);
    std::size_t linked = 0;
    for (const reports::Trace& trace : set.traces) linked += !trace.root().link_trace.empty();
    REQUIRE(linked > 100);
    CHECK(2 * linked <= set.traces.size());      // one each, if it was not under way
    CHECK(2 * linked + 5 >= set.traces.size());  // at the end of the run
    for (const reports::Trace& trace : set.traces) {
        if (trace.root().link_trace.empty() || trace.root().unfinished) continue;
        CHECK(trace.spans.size() == 2);  // the whole, and the wait
    }
}

TEST_CASE("a span that is cancelled says so, and what goes on unheard outlives its caller") {
    const std::string shop = R"({"run": {"measure": "5s", "traces": {"share": "100%"}}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "50/s", "calls": "web",
                    "policies": [{"kind": "timeout", "limit": "10ms"}]},
        "web": {"kind": "server", "threads": 100, "endpoints": {"get": [{"wait": "20ms"}]}}}})";
    const auto spans = [&](sim::SpanKind kind, const std::vector<std::string>& sets) {
        std::vector<reports::TraceSpan> found;
        for (const reports::Trace& trace :
             reports::traces_of(support::play(shop, 1, sets), 0).traces) {
            for (const reports::TraceSpan& span : trace.spans) {
                const bool is_inner = span.parent != 0 && span.parent != reports::kNoSpan;
                if (is_inner && span.kind == kind && !span.unfinished) found.push_back(span);
            }
        }
        REQUIRE(found.size() > 100);
        return found;
    };
    // The caller's own spans end when it stops waiting, the callee's when its work is done, or when
    // it hears that nobody waits for it.
    const std::vector<std::string> propagates = {"nodes.clients.policies.0.propagates=true"};
    for (const auto& sets : {std::vector<std::string>{}, propagates}) {
        for (const reports::TraceSpan& attempt : spans(sim::SpanKind::client, sets)) {
            CHECK(attempt.cause == "cancelled");
            CHECK(attempt.duration_ns() == 10'000'000);
        }
    }
    for (const reports::TraceSpan& visit : spans(sim::SpanKind::server, {})) {
        CHECK(visit.outlived);
        CHECK(visit.outcome == "succeeded");
        CHECK(visit.duration_ns() == 20'000'000);
    }
    for (const reports::TraceSpan& visit : spans(sim::SpanKind::server, propagates)) {
        CHECK(visit.cause == "cancelled");
        CHECK(visit.duration_ns() == 10'000'000);
    }
}
