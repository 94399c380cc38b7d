// What is true of the traces of every scenario of the catalogue, whatever models are in it.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
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
    // it hears that nobody waits for it, and stops.
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
        CHECK(visit.outlived);
        CHECK(visit.duration_ns() == 20'000'000);
    }
    const std::vector<std::string> stops = {propagates.front(), "nodes.web.cancelled=stops"};
    for (const reports::TraceSpan& visit : spans(sim::SpanKind::server, stops)) {
        CHECK(visit.cause == "cancelled");
        CHECK(visit.duration_ns() == 10'000'000);
    }
}

namespace {

// What was done at a node by those who can serve there: by instance and role.
struct Served {
    std::string instance;
    std::string role;
    bool is_write;
    auto operator<=>(const Served&) const = default;
};

std::string text_in(const reports::TraceSpan& span, std::string_view key) {
    for (const reports::SpanAttribute& each : span.attributes) {
        if (each.key == key) return std::get<std::string>(each.value);
    }
    return "";
}

// Of spans by that name, or of any visit to the node.
std::map<Served, std::uint64_t> served_at(const reports::TraceSet& set, const std::string& node,
                                          const std::string& name = "") {
    std::map<Served, std::uint64_t> served;
    for (const reports::Trace& trace : set.traces) {
        const bool is_write = text_in(trace.root(), "http.request.method") == "POST";
        for (const reports::TraceSpan& span : trace.spans) {
            if (span.service != node || span.kind != sim::SpanKind::server) continue;
            if (!name.empty() && span.name != name) continue;
            ++served[{span.instance, text_in(span, reports::kRole), is_write}];
        }
    }
    return served;
}

const std::string kOfTwoThousand = R"("run": {"warm_up": "0s", "measure": "10s",
    "traces": {"share": "100%", "most": 100000}}, "nodes": {
    "clients": {"kind": "open_loop", "rate": "200/s", "calls": [{"to": "db", "writes": "25%"}],
                "population": {"keys": {"kind": "uniform", "count": 1000}}}, )";

}  // namespace

TEST_CASE("a span of a replicated database names the copy that served, and what it was then") {
    const sim::Recording run = support::play(
        "{" + kOfTwoThousand +
        R"("db": {"kind": "replicated", "replicas": 2, "service_time": "1ms", "cores": 4,
                  "read_from": "replicas"}}})");
    const auto served = served_at(reports::traces_of(run, 0), "db");
    const auto count = [&](const Served& who) { return served.contains(who) ? served.at(who) : 0; };
    const auto on_replicas =
        count({"db[1]", "replica", false}) + count({"db[2]", "replica", false});
    CHECK(on_replicas == support::measure(run, "db", "reads_on_replicas"));
    CHECK(on_replicas > 1000);
    CHECK(count({"db[0]", "primary", true}) > 300);
    CHECK(served.size() == 3);  // nobody else
}

TEST_CASE("after a failover another copy is the primary, and spans say so from then on") {
    const sim::Recording run = support::play(
        "{" + kOfTwoThousand +
        R"("db": {"kind": "replicated", "replicas": 2, "service_time": "1ms", "cores": 4,
                  "failover": {"detect_after": "1s"}}},
            "failures": [{"kind": "crash", "target": "db", "role": "primary",
                          "at": "3s", "lasts": "10s"}]})");
    std::set<std::string> primaries;
    for (const auto& [who, times] : served_at(reports::traces_of(run, 0), "db")) {
        if (who.role == "primary") primaries.insert(who.instance);
    }
    CHECK(primaries.contains("db[0]"));
    CHECK(primaries.size() == 2);
}

TEST_CASE("a span of Redis names the machine by its shard and place in it") {
    const sim::Recording run = support::play(
        "{" + kOfTwoThousand +
        R"("db": {"kind": "redis", "masters": 3, "replicas": 1, "command_time": "100us",
                  "read_from": "replica"}}})");
    const auto served = served_at(reports::traces_of(run, 0), "db");
    CHECK(served.size() == 6);
    for (const auto& [who, times] : served) {
        CHECK(who.role == (who.is_write ? "master" : "replica"));
        CHECK(who.instance.starts_with("db["));
        CHECK(who.instance.ends_with(who.is_write ? ".0]" : ".1]"));
    }
}

TEST_CASE("a quorum store's spans tell the coordinator from the machines that it asks") {
    const sim::Recording run =
        support::play("{" + kOfTwoThousand +
                      R"("db": {"kind": "quorum", "machines": 5, "n": 3, "r": 2, "w": 2,
                  "service_time": "1ms", "cores": 4}}})");
    const reports::TraceSet set = reports::traces_of(run, 0);
    std::uint64_t coordinated = 0;
    std::set<std::string> coordinators;
    for (const auto& [who, times] : served_at(set, "db", "db")) {
        CHECK(who.role == "coordinator");
        coordinators.insert(who.instance);
        coordinated += times;
    }
    CHECK(coordinators.size() == 5);
    CHECK(coordinated == run.observed->requests);
    std::set<std::string> members;
    for (const std::string name : {"read", "write"}) {
        for (const auto& [who, times] : served_at(set, "db", name)) {
            CHECK(who.role == "replica");
            members.insert(who.instance);
        }
    }
    CHECK(members.size() == 5);
}

TEST_CASE("a span of a cache names its machine, where there are several") {
    for (const std::string machines : {"1", "3"}) {
        const sim::Recording run = support::play(
            "{" + kOfTwoThousand + R"("db": {"kind": "cache", "calls": "store", "instances": )" +
            machines + R"(}, "store": {"kind": "database", "cores": 8, "service_time": "1ms"}}})");
        const auto served = served_at(reports::traces_of(run, 0), "db");
        std::set<std::string> names;
        for (const auto& [who, times] : served) names.insert(who.instance);
        const std::set<std::string> several = {"db[0]", "db[1]", "db[2]"};
        CHECK(names == (machines == "1" ? std::set<std::string>{"db"} : several));
    }
}

TEST_CASE("a minute of twelve at the end of a run has traces, of those that failed, too") {
    const std::string shop = R"({"run": {"warm_up": "0s", "measure": "12min",
            "traces": {"share": "10%", "most": 1000}}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "web",
                    "policies": [{"kind": "timeout", "limit": "100ms"}]},
        "web": {"kind": "server", "cores": 4,
                "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "5ms"}}]}}},
        "failures": [{"kind": "slow", "target": "web", "factor": 20, "at": "11min",
                      "lasts": "30s"}]})";
    const sim::Recording run = support::play(shop);
    const reports::TraceSet set = reports::traces_of(run, 0);
    CHECK(set.chosen > 6500);  // a tenth of 72,000, and no less than 8 standard deviations
    CHECK(set.kept == 1000);
    std::size_t then = 0;
    std::size_t failed = 0;
    for (const reports::Trace& trace : set.traces) {
        const double began_s = static_cast<double>(trace.root().begin_ns) / 1e9;
        if (began_s < 660 || began_s > 690) continue;
        ++then;
        failed += trace.root().failed();
    }
    // Two windows of 14.4 s of twenty each, and a bit of a third.
    CHECK(then >= 40);
    CHECK(failed >= 10);
    CHECK(reports::kept_sentence(set) ==
          "1,000 of " + std::string(std::to_string(set.chosen).insert(1, ",")) +
              " traced requests are kept: of each 14.4 s of the run the 5 slowest, 5 that failed "
              "and a random sample of the rest.");
}

TEST_CASE("the slowest that was traced is kept, however few there is room for") {
    const std::string shop = R"({"run": {"measure": "60s", "traces": {"share": "100%"}}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "web"},
        "web": {"kind": "server", "cores": 8,
                "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "5ms"}}]}}}})";
    const auto slowest = [&](const std::string& most) {
        std::int64_t longest = 0;
        const sim::Recording run = support::play(shop, 3, {"run.traces.most=" + most});
        for (const reports::Trace& trace : reports::traces_of(run, 0).traces) {
            longest = std::max(longest, trace.root().duration_ns());
        }
        return longest;
    };
    const std::int64_t of_all = slowest("100000");
    for (const char* most : {"1000", "100", "30"}) {
        CAPTURE(most);
        CHECK(slowest(most) == of_all);
    }
}
