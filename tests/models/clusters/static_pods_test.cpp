// What runs on machines without being scheduled: nodes of all kinds side by side.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// An app and a database on a machine of two cores; 5 ms of work for each request.
std::string app_and_db(const std::string& app_rate, const std::string& db_rate,
                       const std::string& app_shares) {
    return fmt::format(R"({{"run": {{"warm_up": "5s", "measure": "30s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "arrivals": "constant", "rate": "{}", "calls": "app.get"}},
        "others": {{"kind": "open_loop", "arrivals": "constant", "rate": "{}", "calls": "db"}},
        "app": {{"kind": "server", "cores": 2, "threads": 100, "accept_queue": 0,
                 "endpoints": {{"get": [{{"work": "5ms"}}]}}}},
        "db": {{"kind": "database", "cores": 2, "connections": 100, "service_time": "5ms"}},
        "host": {{"kind": "cluster", "machines": [{{"cpu": 2,
            "runs": [{{"node": "app", "cpu_shares": {}}}, {{"node": "db"}}]}}]}}}}}})",
                       app_rate, db_rate, app_shares);
}

// In cores; each has two on paper.
double cores_worked(const sim::Recording& run, const std::string& name) {
    return 2 * node(run, name).utilisation.value();
}

std::uint64_t succeeded_in(const sim::Recording& run, std::size_t from, std::size_t to) {
    std::uint64_t sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += node(run, "users").slices[i].succeeded;
    return sum;
}

models::spec::Problem first_problem_of(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    REQUIRE_FALSE(loaded.scenario.has_value());
    return loaded.problems.sorted().front();
}

// A machine with a network, and what runs on it.
std::string with_host(const std::string& nodes, const std::string& runs,
                      const std::string& more = "") {
    return fmt::format(R"({{"nodes": {{
        "users": {{"kind": "open_loop", "rate": "10/s", "calls": "app.get"}},
        "app": {{"kind": "server", "endpoints": {{"get": [{{"work": "5ms"}}]}}}},{}
        "host": {{"kind": "cluster", "machines": [{{"memory": "4GiB", "zone": "a", "runs": [{}]}}]}}
        }}{}}})",
                       nodes, runs, more);
}

const std::string kNetwork = R"(, "network": {"regions": {"here": {"zones": ["a"]}}})";

}  // namespace

TEST_CASE("two nodes that want more than two cores share them by weight") {
    // Water-filling: with weights 512 and 1024 a third and two thirds of what there is.
    const auto run = play(app_and_db("300/s", "300/s", "512"));
    CHECK(cores_worked(run, "app") == doctest::Approx(2.0 / 3).epsilon(1e-3));
    CHECK(cores_worked(run, "db") == doctest::Approx(4.0 / 3).epsilon(1e-3));
    CHECK(measure(run, "host", "contended") == doctest::Approx(1).epsilon(1e-3));
}

TEST_CASE("what one does not want of its share the other has") {
    // Half a core of work, by its weight two thirds of a core: it has all it wants.
    const auto run = play(app_and_db("100/s", "400/s", "512"));
    CHECK(cores_worked(run, "app") == doctest::Approx(0.5).epsilon(0.02));
    CHECK(cores_worked(run, "db") == doctest::Approx(1.5).epsilon(0.02));
    CHECK(node(run, "users").totals.of(sim::Outcome::succeeded) > 2950);
}

TEST_CASE("whatever runs on a machine goes down with it, and comes up again") {
    const std::vector<std::pair<std::string, std::string>> kinds = {
        {"it", R"("it": {"kind": "database"})"},
        {"it", R"("it": {"kind": "redis", "command_time": "0.1ms"})"},
        {"it", R"("it": {"kind": "quorum"})"},
        {"it", R"("it": {"kind": "replicated"})"},
        {"it", R"("it": {"kind": "cache", "capacity": "1MiB", "when_down": "fail", "calls": "db"},
                  "db": {"kind": "database"})"},
        {"it.get", R"("it": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})"}};
    for (const bool has_network : {false, true}) {
        for (const auto& each : kinds) {
            const std::string& calls = each.first;
            const std::string& nodes = each.second;
            CAPTURE(nodes);
            const auto run =
                play(fmt::format(R"({{"run": {{"measure": "30s"}}, {} "nodes": {{
                "users": {{"kind": "open_loop", "rate": "100/s", "calls": "{}",
                           "policies": [{{"kind": "timeout", "limit": "0.5s"}}]}}, {},
                "host": {{"kind": "cluster", "machines": [{{"zone": "a", "runs": [{{"node": "it"}}]}}]}}}},
                "failures": [{{"kind": "machine_down", "target": "host", "at": "10s", "lasts": "5s"}}]}})",
                                 has_network ? kNetwork.substr(2) + "," : "", calls, nodes));
            CHECK(succeeded_in(run, 2, 10) > 700);
            CHECK(succeeded_in(run, 11, 15) == 0);
            CHECK(succeeded_in(run, 20, 30) > 850);
        }
    }
}

TEST_CASE("an instance that has its machine to itself stays when another's goes") {
    // The master is on the first machine, its replica on the second, and takes over.
    const auto run = play(R"({"run": {"measure": "60s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": [{"to": "store", "writes": "50%"}]},
        "store": {"kind": "redis", "replicas": 1, "down_after": "2s"},
        "hosts": {"kind": "cluster", "machines": [{"count": 2, "runs": [{"node": "store"}]}]}},
        "failures": [{"kind": "machine_down", "target": "hosts[0]", "at": "10s", "lasts": "1h"}]})");
    CHECK(measure(run, "store", "failovers") == 1);
    CHECK(succeeded_in(run, 30, 60) > 2500);
}

TEST_CASE("what a machine's memory cannot hold, its kernel kills the largest of") {
    // Each import takes 100 MiB for ten seconds; ten of them beside a store of 1.5 GiB are enough.
    const auto scenario = [](const std::string& memory) {
        return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
            "feed": {{"kind": "open_loop", "rate": "2/s", "arrivals": "constant", "calls": "import.run"}},
            "users": {{"kind": "open_loop", "rate": "100/s", "calls": "store"}},
            "import": {{"kind": "server", "base_memory": "100MiB", "memory_per_request": "100MiB",
                        "memory": "8GiB", "endpoints": {{"run": [{{"wait": "6s"}}]}}}},
            "store": {{"kind": "redis", "preload": 100}},
            "host": {{"kind": "cluster", "eviction_hard": "0B", "machines": [{{"cpu": 4,
                "memory": "{}", "runs": [{{"node": "import"}},
                                         {{"node": "store", "memory": "1536MiB"}}]}}]}}}}}})",
                           memory);
    };
    const auto small = play(scenario("2560MiB"));
    CHECK(measure(small, "host", "oom_killed") >= 1);
    CHECK(measure(small, "host", "memory_peak") > 1);
    CHECK(node(small, "users").totals.of(sim::Outcome::failed) > 900);  // ten seconds of 100/s
    const auto large = play(scenario("4GiB"));
    CHECK(measure(large, "host", "oom_killed") == 0);
    CHECK(node(large, "users").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("who runs on one machine meets on its own links, clients too") {
    const auto mean_ms = [](const std::string& runs, const std::string& placement) {
        const auto run = play(fmt::format(R"({{"run": {{"measure": "10s"}}, "nodes": {{
            "cron": {{"kind": "open_loop", "rate": "10/s", "arrivals": "constant", "calls": "app.get"}},
            "app": {{"kind": "server", "cores": 64, "endpoints": {{"get": [{{"call": "store"}}]}}}},
            "store": {{"kind": "redis", "command_time": "0s"}},
            "host": {{"kind": "cluster", "machines": [{{"zone": "a", "runs": [{}]}}]}}}},
            "network": {{"regions": {{"here": {{"zones": ["a"]}}}}, "to_users": {{"latency": "10ms"}},
                "same_machine": {{"latency": "0.1ms"}}, "same_zone": {{"latency": "1ms"}}, {}}}}})",
                                          runs, placement));
        return 1e-6 * node(run, "cron").latency.succeeded.mean().count();
    };
    const std::string none = R"("ports": {})";
    const std::string app = R"({"node": "app"})";
    CHECK(mean_ms(app, none) == doctest::Approx(2 * (10 + 1)).epsilon(1e-3));
    CHECK(mean_ms(app + R"(, {"node": "store"})", none) ==
          doctest::Approx(2 * (10 + 0.1)).epsilon(1e-3));
    CHECK(mean_ms(app + R"(, {"node": "store"}, {"node": "cron"})", none) ==
          doctest::Approx(2 * (0.1 + 0.1)).epsilon(1e-3));
}

TEST_CASE("clients on a machine that is down reach nobody") {
    const auto run = play(R"({"run": {"measure": "30s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "app.get",
                  "policies": [{"kind": "timeout", "limit": "0.5s"}]},
        "app": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}},
        "host": {"kind": "cluster", "machines": [{"zone": "a", "runs": [{"node": "users"}]}]}},
        "network": {"regions": {"here": {"zones": ["a"]}}, "to_users": {"latency": "1ms"}},
        "failures": [{"kind": "machine_down", "target": "host", "at": "10s", "lasts": "5s"}]})");
    CHECK(succeeded_in(run, 2, 10) > 700);
    CHECK(succeeded_in(run, 11, 15) == 0);
    CHECK(succeeded_in(run, 20, 30) > 850);
}

TEST_CASE("a machine that all run on is a single point of failure") {
    const auto loaded = models::load({"test.json", {}, {}, with_host("", R"({"node": "app"})")});
    REQUIRE(loaded.scenario.has_value());
    const auto has = [&](const std::string& text) {
        for (const std::string& each : loaded.warnings) {
            if (each.find(text) != std::string::npos) return true;
        }
        return false;
    };
    CHECK(has(R"("host" is a single point of failure)"));
}

TEST_CASE("what cannot run on a machine is a problem with its place and a hint") {
    const auto says = [](const std::string& text, const std::string& nodes, const std::string& runs,
                         const std::string& more = "") {
        const auto problem = first_problem_of(with_host(nodes, runs, more));
        CHECK_MESSAGE(problem.message.find(text) != std::string::npos, problem.message);
        CHECK(problem.pointer.starts_with("/nodes/host/machines/0/runs/"));
        CHECK(problem.place.line > 0);
        CHECK_FALSE(problem.hint.empty());
    };
    const std::string store = R"("store": {"kind": "redis", "replicas": 1},)";
    says(R"(there is no node "strore")", store, R"({"node": "strore"})");
    says("there is no instance 2", store, R"({"node": "store", "instance": 2})");
    says("store[1] runs on host[0] already", store,
         R"({"node": "store"}, {"node": "store", "instance": 1})");
    says("store[1] does not fit: it takes 3GiB, and 3GiB of 4GiB are taken on host[0]", store,
         R"({"node": "store", "memory": "3GiB"})");
    says(R"("lb" (pool) cannot run on a machine)", R"("lb": {"kind": "pool", "of": "app"},)",
         R"({"node": "lb"})");
    says(R"("near" (cache) cannot run on a machine of a cluster: it is part of its callers)",
         R"("near": {"kind": "cache", "calls": "app", "placement": "local"},)",
         R"({"node": "near"})");
    says(R"(instances of "web" come and go)",
         R"("web": {"kind": "server", "deletions": [{"at": "1s"}],
                    "endpoints": {"get": [{"work": "1ms"}]}},)",
         R"({"node": "web"})");
    says(
        R"(the pods of "web" are scheduled on "host" already)",
        R"("web": {"kind": "server", "cluster": "host", "endpoints": {"get": [{"work": "1ms"}]}},)",
        R"({"node": "web"})");
    says(R"("app" has an account of its memory)", "", R"({"node": "app", "memory": "1GiB"})");
    says(R"("users" sends requests, and there is no network)", "", R"({"node": "users"})");
    says(R"("app" is placed by the network already)", "", R"({"node": "app"})",
         R"(, "network": {"regions": {"here": {"zones": ["a"]}}, "placement": {"app": ["a"]}})");
    says(R"("host" (cluster) cannot run on a machine)", "", R"({"node": "host"})");
}
