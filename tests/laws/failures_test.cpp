// What every failure must do to every kind that it may strike, whoever is in either family.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/failures/failures.h"
#include "models/nodes.h"
#include "tests/laws/failing_systems.h"
#include "tests/support/play.h"

namespace {

using support::System;
using support::systems;

// More ways to use a kind, that a failure must be seen through as well.
const std::vector<std::pair<std::string_view, System>>& other_uses() {
    static const std::string kOrders = R"(, "app": {"kind": "server", "endpoints": {"get": [
        {"transaction": "it", "steps": [{"call": "it"}, {"call": "it"}]}]}})";
    static const std::vector<std::pair<std::string_view, System>> all = {
        {"database", {R"("it": {"kind": "database"})" + kOrders, "app.get"}},
        {"pgbouncer",
         {R"("it": {"kind": "pgbouncer", "of": "db", "work": "1ms", "pool_mode": "transaction"},
             "db": {"kind": "database"})" +
              kOrders,
          "app.get"}},
        {"database",
         {R"("it": {"kind": "database", "disk": {"size": "1GiB", "data_per_write": "1kB"}})"}},
        {"replicated", {R"("it": {"kind": "replicated", "replicas": 2, "read_from": "replicas",
                    "replication_delay": "1ms", "disk": {"size": "1GiB", "data_per_write": "1kB"}})"}},
        {"kafka",
         {R"("it": {"kind": "kafka", "request_time": "1ms", "disk": {"size": "1GiB"}, "memory": {"restart_time": "3s"},
                    "leader_rebalance_interval": "2s", "broker_heartbeat_interval": "500ms",
                    "broker_session_timeout": "3s", "election_timeout": "500ms",
                    "topics": {"orders": {"partitions": 3}}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"publish": "it.orders", "key": "item", "request_timeout": "1s"}]}})",
          "app.get", true, R"(, "app": ["0"])"}},
        // Orders commit with a row of an outbox, which is relayed by the processes that serve them,
        // or read from the database's log.
        {"server",
         {R"("it": {"kind": "server", "replicas": 2, "threads": 1000, "endpoints": {"get": [
                 {"transaction": "db", "steps": [{"call": "db"}, {"outbox": "relay"}]}, {"work": "5ms"}]}},
             "db": {"kind": "database", "service_time": "0s"},
             "relay": {"kind": "outbox_relay", "database": "db", "topic": "log.orders", "runs_in": "it",
                       "poll_interval": "100ms", "event_time": "0s"},
             "log": {"kind": "kafka", "topics": {"orders": {}}})",
          "it.get", true, R"(, "db": ["0"], "log": ["0"])"}},
        {"database",
         {R"("it": {"kind": "database", "wal": {"fsync_time": "1ms"}},
             "app": {"kind": "server", "threads": 1000, "endpoints": {"get": [
                 {"transaction": "it", "steps": [{"call": "it"}, {"outbox": "relay"}]}]}},
             "relay": {"kind": "cdc_connector", "captures": "outbox", "database": "it", "topic": "log.orders",
                       "runs_in": "connect"},
             "connect": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}},
             "log": {"kind": "kafka", "topics": {"orders": {}}})",
          "app.get"}},
        // Nobody can take over, and masters that are cut off stop all the same.
        {"redis", {R"("it": {"kind": "redis", "masters": 3, "preload": 100, "command_time": "1ms",
                    "cluster_node_timeout": "500ms"})"}},
        // What runs there without being scheduled goes with its machine, as pods do.
        {"cluster",
         {R"("it": {"kind": "cluster", "machines": [{"zone": "0", "runs": [{"node": "store"}]}]},
             "store": {"kind": "redis", "command_time": "1ms"})",
          "store", false}}};
    return all;
}

std::string scenario_of(const System& system, const std::string& failures,
                        const std::string& network = "") {
    return fmt::format(R"({{"run": {{"warm_up": "1s", "measure": "20s"}}, {} "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "200/s",
                     "calls": [{{"to": "{}", "writes": "20%", "bytes": "1000B"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 100}}}},
                     "policies": [{{"kind": "timeout", "limit": "300ms"}}]}},
        {}}}, "failures": [{}]}})",
                       network, system.calls, system.nodes, failures);
}

// One zone, in which everything stands, and users 1 ms away.
std::string network_of(const System& system) {
    return fmt::format(R"("network": {{"regions": {{"here": {{"zones": ["0"]}}}},
        "to_users": {{"latency": "1ms", "bandwidth": "10Mbit/s"}},
        "same_zone": {{"latency": "0.1ms", "bandwidth": "1Gbit/s"}}{}}},)",
                       system.has_own_places ? fmt::format(R"(, "placement": {{"it": ["0"]{}}})",
                                                           system.others_placed)
                                             : "");
}

std::string failure_of(std::string_view kind, const std::string& at) {
    const std::string what = kind == "zone_outage"     ? R"("zone": 0)"
                             : kind == "region_outage" ? R"("region": "here")"
                                                       : R"("target": "it")";
    const std::string lasts = kind == "kill" || kind == "corrupt" ? "" : R"(, "lasts": "2s")";
    const std::string much = kind == "memory_stress" ? R"(, "bytes": "1TiB")" : "";
    return fmt::format(R"({{"kind": "{}", {}, "at": "{}"{}{}}})", kind, what, at, lasts, much);
}

// It has no target.
bool is_on_links_only(const models::FailureChoice& failure) {
    return failure.kind() == "loss" || failure.kind() == "bandwidth" ||
           failure.kind() == "firewall_deny";
}

// It strikes whatever stands there, and needs no target.
bool is_of_a_place(std::string_view kind) {
    return kind == "zone_outage" || kind == "region_outage";
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

// Of who watches over what users have done.
double told_late(const sim::Recording& run, const System& system) {
    return system.told_by.empty() ? 0 : support::measure(run, "it", system.told_by);
}

// A partition between copies, and clocks that order writes, are a matter of what is known: old
// answers.
double old_answers(const sim::Recording& run) {
    double sum = 0;
    for (const sim::Measure& each : support::node(run, "it").measures) {
        if (each.name == "stale_reads") sum += each.value;
    }
    return sum;
}

void check_strikes(std::string_view failure, std::string_view kind, const System& system,
                   const std::string& text, const std::string& network = "") {
    CAPTURE(failure);
    CAPTURE(kind);
    CAPTURE(text);
    const auto struck = support::play(scenario_of(system, text, network), 3);
    const auto quiet = support::play(scenario_of(system, "", network), 3);
    const Users during = users_in(struck, 4, 6);
    const Users otherwise = users_in(quiet, 4, 6);
    const bool users_see = differ(during.succeeded, otherwise.succeeded) ||
                           differ(during.latency_s, otherwise.latency_s);
    const bool is_of_knowledge = failure == "partition" || failure == "clock_skew";
    const bool grows_old = is_of_knowledge && differ(old_answers(struck), old_answers(quiet));
    // Nobody sees that an answer is wrong but who counts them.
    const bool is_wrong = differ(support::measure(struck, "clients", "wrong_answers"),
                                 support::measure(quiet, "clients", "wrong_answers"));
    const bool is_told = differ(told_late(struck, system), told_late(quiet, system));
    CHECK((users_see || grows_old || is_told || is_wrong));
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
        if (!systems().contains(kind)) continue;
        const System& system = systems().at(kind);
        for (const auto& failure : models::Failures::each()) {
            const models::Loaded loaded = models::load(
                {"law.json", {}, {}, scenario_of(system, failure_of(failure.kind(), "5s"))});
            if (loaded.scenario) {
                check_strikes(failure.kind(), kind, system, failure_of(failure.kind(), "5s"));
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
            if (is_of_a_place(failure.kind()) || is_on_links_only(failure)) continue;
            CHECK(problem.message ==
                  fmt::format("\"it\" ({}) cannot have this failure: {}", kind, failure.kind()));
        }
    }
    CHECK(strikes >= 40);
    CHECK(refused >= 20);
}

TEST_CASE("what fails behind it changes what users see who come through something else") {
    for (const auto& [kind, system] : other_uses()) {
        for (const auto& failure : models::Failures::each()) {
            const std::string text = failure_of(failure.kind(), "5s");
            const models::Loaded loaded =
                models::load({"law.json", {}, {}, scenario_of(system, text)});
            if (loaded.scenario) check_strikes(failure.kind(), kind, system, text);
        }
    }
}

// Every kind stands somewhere and is reached over links, so none of these is ever refused.
TEST_CASE("what fails between users and a node, or takes its place, changes what users see") {
    const std::vector<std::pair<std::string_view, std::string>> failures = {
        {"partition", ""},
        {"firewall_deny", ""},
        {"firewall_deny", R"(, "port": 80)"},
        {"latency", R"(, "time": "20ms")"},
        {"loss", R"(, "loss": "30%")"},
        {"bandwidth", R"(, "remaining": "10%")"}};  // 1 Mbit/s, of 1.6 that are sent
    for (const auto& each : systems()) {
        const System& system = each.second;
        for (const auto& [kind, more] : failures) {
            const std::string text = fmt::format(
                R"({{"kind": "{}", "from": ["users"], "at": "5s", "lasts": "2s"{}}})", kind, more);
            check_strikes(kind, each.first, system, text, network_of(system));
        }
        for (const std::string kind : {"zone_outage", "region_outage"}) {
            const std::string place =
                kind == "zone_outage" ? R"("zone": "0")" : R"("region": "here")";
            const std::string text =
                fmt::format(R"({{"kind": "{}", {}, "at": "5s", "lasts": "2s"}})", kind, place);
            check_strikes(kind, each.first, system, text, network_of(system));
        }
    }
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
                CHECK_MESSAGE(node.totals.in_flight == 0, failure.kind(), " of ", kind, " at ",
                              node.name);
            }
        }
    }
}
