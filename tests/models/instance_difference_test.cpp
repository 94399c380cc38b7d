// Instances that are not like the others of their node, of every kind that has some.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::node;
using support::play;

namespace {

std::string with(const std::string& store, const std::string& more = "") {
    return fmt::format(R"({{"run": {{"measure": "20s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "20/s", "arrivals": "constant", "calls": "store"}},
        "store": {{{}}}}}{}}})",
                       store, more);
}

double mean_of_users_ms(const sim::Recording& run) {
    return 1e-6 * node(run, "users").latency.succeeded.mean().count();
}

models::spec::Problem problem_with_store(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    REQUIRE_FALSE(loaded.scenario.has_value());
    return loaded.problems.sorted().front();
}

constexpr const char* kTwoZones = R"(, "network": {"regions": {"here": {"zones": ["a", "b"]}},
    "to_users": {"latency": "1ms"}, "pairs": {"users": {"b": {"latency": "5ms"}}},
    "placement": {"store": ["a"]}})";

}  // namespace

TEST_CASE("a store's machine of half the speed takes twice the time") {
    // Reads go to the master, the primary, or one machine of one.
    CHECK(mean_of_users_ms(play(with(R"("kind": "redis", "command_time": "10ms",
        "instances": {"0": {"speed": 0.5}})"))) == doctest::Approx(20).epsilon(1e-3));
    CHECK(mean_of_users_ms(play(with(R"("kind": "replicated", "service_time": "10ms",
        "instances": {"0": {"speed": 0.5}})"))) == doctest::Approx(20).epsilon(1e-3));
    CHECK(mean_of_users_ms(play(with(R"("kind": "quorum", "machines": 1, "n": 1, "r": 1, "w": 1,
        "service_time": "10ms", "instances": {"0": {"speed": 0.5}})"))) ==
          doctest::Approx(20).epsilon(1e-3));
}

TEST_CASE("a store's machine stands in the zone that it says, the others where they are placed") {
    CHECK(mean_of_users_ms(play(with(R"("kind": "redis", "command_time": "0s", "replicas": 1,
        "instances": {"0": {"zone": "b"}})",
                                     kTwoZones))) == doctest::Approx(10).epsilon(1e-3));
    CHECK(mean_of_users_ms(play(with(R"("kind": "redis", "command_time": "0s", "replicas": 1,
        "instances": {"1": {"zone": "b"}})",
                                     kTwoZones))) == doctest::Approx(2).epsilon(1e-3));
    CHECK(mean_of_users_ms(play(with(R"("kind": "replicated", "service_time": "0s",
        "instances": {"0": {"zone": "b"}})",
                                     kTwoZones))) == doctest::Approx(10).epsilon(1e-3));
}

TEST_CASE("an outage of the zone takes the machine that says it stands there") {
    const std::string failures =
        R"(, "failures": [{"kind": "zone_outage", "zone": "b", "at": "10s", "lasts": "1h"}])";
    const auto run = play(with(R"("kind": "redis", "replicas": 1, "sentinels": 0,
        "instances": {"0": {"zone": "b"}})",
                               kTwoZones + failures));
    CHECK(node(run, "users").slices[5].succeeded == 20);
    CHECK(node(run, "users").slices[15].succeeded == 0);
}

TEST_CASE("an instance has the address that it says, in flow logs") {
    const auto scenario = [](const std::string& instances) {
        return support::scenario_from(
            R"({"run": {"measure": "5s", "logs": {"flows": "1s"}}, "nodes": {
            "users": {"kind": "open_loop", "rate": "20/s", "calls": "web.get"},
            "web": {"kind": "server")" +
            instances + R"(, "endpoints": {"get": [{"work": "1ms"}]}}},
            "network": {"regions": {"here": {"zones": ["a"]}}}})");
    };
    const auto has = [](const models::Scenario& each, std::uint32_t address) {
        const sim::Recording run = models::simulate(each, {1, 0});
        for (const sim::Flow& flow : run.observed->flows) {
            if (flow.to.address == address) return true;
        }
        return false;
    };
    const std::uint32_t own = 10U << 24U | 9U << 16U | 8U << 8U | 7U;
    CHECK(has(scenario(R"(, "instances": {"0": {"address": "10.9.8.7"}})"), own));
    CHECK_FALSE(has(scenario(""), own));
}

TEST_CASE("differences that make no sense are problems with their place and a hint") {
    const auto says = [](const std::string& text, const std::string& store,
                         const std::string& more = "") {
        const auto problem = problem_with_store(with(store, more));
        CHECK_MESSAGE(problem.message.find(text) != std::string::npos, problem.message);
        CHECK(problem.pointer.starts_with("/nodes/store/instances"));
        CHECK(problem.place.line > 0);
        CHECK_FALSE(problem.hint.empty());
    };
    says("only a server's instances have a \"work_factor\"",
         R"("kind": "redis", "instances": {"0": {"work_factor": 2}})");
    says("there is no instance 3: the last is 2", R"("kind": "quorum", "instances": {"3": {}})");
    says("\"store\" has no zone \"a\"",
         R"("kind": "replicated", "instances": {"0": {"zone": "a"}})");
    says("there is no network, and so nothing has an address",
         R"("kind": "redis", "instances": {"0": {"address": "10.0.0.1"}})");
    says("10.0.0.1 is the address of several instances",
         R"("kind": "quorum", "instances": {"0-1": {"address": "10.0.0.1"}})");
    says("there is no place \"c\"", R"("kind": "redis", "instances": {"0": {"zone": "c"}})",
         kTwoZones);
    says("not an IPv4 address",
         R"("kind": "redis", "instances": {"0": {"address": "10.0.0.256"}})");
}
