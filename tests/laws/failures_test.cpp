// What every failure must do to every kind that it may strike, whoever is in either family.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/failures/failures.h"
#include "models/node_list.h"
#include "tests/support/play.h"

namespace {

// A small system around one node of each kind that has instances; it is "it". A kind that is not
// here fails the test.
struct System {
    std::string nodes;
    std::string calls = "it";
};

const std::map<std::string_view, System>& systems() {
    static const std::map<std::string_view, System> all = {
        {"database", {R"("it": {"kind": "database"})"}},
        {"table", {R"("it": {"kind": "table", "preload": 100})"}},
        // Reads go to the replicas, so that who is behind is seen.
        {"replicated", {R"("it": {"kind": "replicated", "replicas": 2, "read_from": "replicas",
                    "replication_delay": "1ms"})"}},
        {"quorum", {R"("it": {"kind": "quorum", "machines": 3})"}},
        {"pgbouncer",
         {R"("it": {"kind": "pgbouncer", "of": "db", "work": "1ms"}, "db": {"kind": "database"})"}},
        {"server",
         {R"("it": {"kind": "server", "replicas": 4, "zones": 2, "endpoints": {"get": [{"work": "5ms"}]}})",
          "it.get"}},
        {"cache",
         {R"("it": {"kind": "cache", "capacity": "10MiB", "command_time": "1ms", "calls": "db"},
             "db": {"kind": "database"})"}},
        {"redis",
         {R"("it": {"kind": "redis", "masters": 2, "replicas": 1, "preload": 100, "command_time": "1ms"})"}},
        {"pool",
         {R"("it": {"kind": "pool", "of": "web", "machine": {}},
             "web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})",
          "it.get"}},
        {"cluster",
         {R"("it": {"kind": "cluster", "machines": [{"count": 2}]},
             "web": {"kind": "server", "replicas": 2, "cluster": "it", "endpoints": {"get": [{"work": "1ms"}]}})",
          "web.get"}}};
    return all;
}

std::string scenario_of(const System& system, const std::string& failures) {
    return fmt::format(R"({{"run": {{"warm_up": "1s", "measure": "20s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "200/s",
                     "calls": [{{"to": "{}", "writes": "20%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 100}}}},
                     "policies": [{{"kind": "timeout", "limit": "300ms"}}]}},
        {}}}, "failures": [{}]}})",
                       system.calls, system.nodes, failures);
}

std::string failure_of(std::string_view kind, const std::string& at) {
    const std::string what = kind == "zone_outage" ? R"("zone": 0)" : R"("target": "it")";
    const std::string lasts = kind == "kill" ? "" : R"(, "lasts": "2s")";
    return fmt::format(R"({{"kind": "{}", {}, "at": "{}"{}}})", kind, what, at, lasts);
}

// It has no target.
bool is_on_links_only(const models::FailureChoice& failure) {
    return failure.kind() == "loss" || failure.kind() == "bandwidth";
}

struct Users {
    double succeeded = 0;
    double latency_s = 0;
};

Users users_in(const sim::Recording& run, std::size_t from, std::size_t to) {
    Users users;
    const auto& slices = support::node(run, "clients").slices;
    for (std::size_t i = from; i < to; ++i) {
        users.succeeded += static_cast<double>(slices[i].succeeded);
        users.latency_s += slices[i].latency_sum_s;
    }
    return users;
}

bool differ(double one, double other) {
    return std::abs(one - other) > 0.05 * std::max(one, other);
}

// A partition between copies is a matter of what they know: old answers, and none.
double old_answers(const sim::Recording& run) {
    double sum = 0;
    for (const sim::Measure& each : support::node(run, "it").measures) {
        if (each.name == "stale_reads") sum += each.value;
    }
    return sum;
}

void check_strikes(std::string_view failure, std::string_view kind, const System& system) {
    CAPTURE(failure);
    CAPTURE(kind);
    const auto struck = support::play(scenario_of(system, failure_of(failure, "5s")), 3);
    const auto quiet = support::play(scenario_of(system, ""), 3);
    const Users during = users_in(struck, 4, 6);
    const Users otherwise = users_in(quiet, 4, 6);
    const bool users_see = differ(during.succeeded, otherwise.succeeded) ||
                           differ(during.latency_s, otherwise.latency_s);
    const bool grows_old =
        failure == "partition" && differ(old_answers(struck), old_answers(quiet));
    CHECK((users_see || grows_old));
    // Ten seconds after it healed nothing is left of it: the same requests take the same time.
    for (std::size_t i = 17; i < 20; ++i) {
        const sim::Slice& slice = support::node(struck, "clients").slices[i];
        const sim::Slice& expected = support::node(quiet, "clients").slices[i];
        CHECK(slice.succeeded == expected.succeeded);
        CHECK(slice.latency_sum_s == doctest::Approx(expected.latency_sum_s).epsilon(1e-9));
    }
}

}  // namespace

TEST_CASE("whatever check lets strike changes what users see and heals; all else is refused") {
    std::size_t strikes = 0;
    std::size_t refused = 0;
    for (const auto& node : models::Nodes::each()) {
        const std::string_view kind = node.kind();
        if (!systems().contains(kind)) {
            CHECK_MESSAGE(models::Nodes::part_of(node).instances == 0, "no system with a ", kind);
            continue;
        }
        const System& system = systems().at(kind);
        for (const auto& failure : models::Failures::each()) {
            const models::Loaded loaded = models::load(
                {"law.json", {}, {}, scenario_of(system, failure_of(failure.kind(), "5s"))});
            if (loaded.scenario) {
                check_strikes(failure.kind(), kind, system);
                ++strikes;
                continue;
            }
            ++refused;
            CAPTURE(failure.kind());
            CAPTURE(kind);
            REQUIRE(loaded.problems.count() == 1);
            const models::spec::Problem problem = loaded.problems.sorted().front();
            CHECK(problem.place.line > 0);
            CHECK_FALSE(problem.message.empty());
            CHECK_FALSE(problem.hint.empty());
            if (failure.kind() == "zone_outage" || is_on_links_only(failure)) continue;
            CHECK(problem.message ==
                  fmt::format("\"it\" ({}) cannot have this failure: {}", kind, failure.kind()));
        }
    }
    CHECK(strikes >= 40);
    CHECK(refused >= 20);
}

TEST_CASE("when no more load comes after a failure, nothing is left in flight") {
    for (const auto& each : systems()) {
        const std::string_view kind = each.first;
        const System& system = each.second;
        for (const auto& failure : models::Failures::each()) {
            const std::string text = scenario_of(system, failure_of(failure.kind(), "5s"));
            const std::vector<std::string> sets = {
                R"(nodes.clients.stages=[{"target": "200/s", "duration": "8s"}, {"target": "0/s", "duration": "0s"}])"};
            models::Loaded loaded = models::load({"law.json", {}, sets, text});
            if (!loaded.scenario) continue;
            const auto run = models::simulate(*loaded.scenario, {4, 0});
            for (const sim::NodeRecord& node : run.nodes) {
                CHECK_MESSAGE(node.totals.in_flight() == 0, failure.kind(), " of ", kind, " at ",
                              node.name);
            }
        }
    }
}
