// Instances of one server that are not alike.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

using support::node;
using support::play;

// Users in turn, far apart: each meets nobody.
std::string shop(const std::string& web, const std::string& rest = "") {
    return fmt::format(R"({{"run": {{"measure": "20s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "20/s", "arrivals": "constant", "calls": "web.get"}},
        "web": {{"kind": "server", "balancer": "round_robin", {},
                 "endpoints": {{"get": [{{"work": "10ms"}}]}}}}}}{}}})",
                       web, rest);
}

std::vector<std::string> told(const sim::Recording& run, const std::string& what) {
    std::vector<std::string> lines;
    for (const sim::Incident& each : run.incidents) {
        if (each.what == what) lines.push_back(each.node + ": " + each.detail);
    }
    return lines;
}

std::string refusal_of(const std::string& text) {
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    CHECK_FALSE(loaded.scenario.has_value());
    return loaded.problems.render();
}

}  // namespace

TEST_CASE("an instance of half the speed takes twice as long, and no other does") {
    const auto run =
        play(shop(R"("replicas": 4, "instances": {"0": {"speed": 0.5}, "2-3": {"speed": 4}})"));
    // 20, 10, 2.5 and 2.5 ms in turn.
    const double mean_s = node(run, "users").latency.succeeded.mean_seconds();
    CHECK(mean_s == doctest::Approx(0.00875).epsilon(1e-3));
    CHECK(sim::seconds(node(run, "users").latency.succeeded.max()) ==
          doctest::Approx(0.02).epsilon(1e-3));
}

TEST_CASE("a difference lasts for the whole run, through slow-downs and crashes") {
    const std::string failures = R"(, "failures": [
        {"kind": "slow", "target": "web", "factor": 3, "at": "2s", "lasts": "2s"},
        {"kind": "crash", "target": "web", "at": "6s", "lasts": "2s"}])";
    const auto run = play(shop(R"("instances": {"0": {"speed": 0.5}})", failures));
    const auto mean_ms = [&](std::size_t second) {
        const sim::Slice& slice = node(run, "users").slices[second];
        return 1000 * slice.latency_sum_s / slice.finished;
    };
    CHECK(mean_ms(1) == doctest::Approx(20).epsilon(1e-6));
    CHECK(mean_ms(3) > 50);
    CHECK(mean_ms(15) == doctest::Approx(20).epsilon(1e-6));
}

TEST_CASE("an instance stands in the zone it names, and goes with that") {
    const auto dark = [](const std::string& web, const std::string& network) {
        const std::string zone = network.empty() ? "2" : R"("c")";
        return told(play(shop(web, network + R"(, "failures": [{"kind": "zone_outage", "zone": )" +
                                       zone + R"(, "at": "5s", "lasts": "1s"}])")),
                    "zone_outage");
    };
    CHECK(dark(R"("replicas": 6, "zones": 3)", "") ==
          std::vector<std::string>{"zone 2: 2 of 6 instances"});
    CHECK(dark(R"("replicas": 6, "zones": 3, "instances": {"0": {"zone": 2}, "2": {"zone": 0}})",
               "") == std::vector<std::string>{"zone 2: 2 of 6 instances"});
    CHECK(dark(R"("replicas": 6, "zones": 3, "instances": {"0-4": {"zone": 2}})", "") ==
          std::vector<std::string>{"zone 2: 6 of 6 instances"});
    const std::string network = R"(, "network": {"regions": {"r": {"zones": ["a", "b", "c"]}},
                                     "placement": {"users": ["users"], "web": ["a", "b"]}})";
    CHECK(dark(R"("replicas": 6, "instances": {"1-3": {"zone": "c"}})", network) ==
          std::vector<std::string>{"zone c: 3 of 6 instances"});
}

TEST_CASE("the way to an instance is that to where it stands") {
    const std::string network = R"(, "network": {"regions": {"r": {"zones": ["a", "b"]}},
        "pairs": {"users": {"b": {"latency": "30ms"}}}, "placement": {"web": ["a"]}})";
    const auto run = play(shop(R"("replicas": 2, "instances": {"1": {"zone": "b"}})", network));
    CHECK(node(run, "users").latency.succeeded.mean_seconds() ==
          doctest::Approx(0.04).epsilon(1e-3));
}

TEST_CASE("who is not there, twice there or nowhere is refused") {
    const auto of = [](const std::string& instances) {
        return refusal_of(shop(R"("replicas": 4, "instances": )" + instances));
    };
    CHECK(of(R"({"4": {"speed": 2}})").find("no instance 4: the last is 3") != std::string::npos);
    CHECK(of(R"({"0-2": {"speed": 2}, "2": {"speed": 3}})").find("instance 2 is named twice") !=
          std::string::npos);
    for (const char* name : {"first", "3-1", "1-", "1_2"}) {
        CAPTURE(name);
        CHECK(
            of(fmt::format(R"({{"{}": {{"speed": 2}}}})", name)).find("is no instance's number") !=
            std::string::npos);
    }
    CHECK(of(R"({"0": {"speed": 0}})").find("above 0") != std::string::npos);
    CHECK(of(R"({"0": {"zone": 1}})").find(R"("web" has no zone "1")") != std::string::npos);
}

TEST_CASE("an instance has a law of its own for how long its work takes") {
    // 10 ms each of two in turn; the second's takes an exponential multiple of mean 2, so a mean of
    // 15 ms in all. Of 20,000 draws 3 sigma of the mean are 3 x 10 ms / sqrt(10,000) = 0.3 ms each
    // second, 0.2 ms in all; nobody waits, as each has 100 cores.
    const std::string text = R"({"run": {"measure": "1000s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "20/s", "arrivals": "constant", "calls": "web.get"},
        "web": {"kind": "server", "balancer": "round_robin", "replicas": 2, "cores": 100,
                "instances": {"1": {"work_factor": {"kind": "exponential", "mean": 2}}},
                "endpoints": {"get": [{"work": "10ms"}]}}}})";
    const auto run = play(text);
    CHECK(node(run, "users").latency.succeeded.mean_seconds() ==
          doctest::Approx(0.015).epsilon(0.02));
    CHECK(refusal_of(shop(R"("instances": {"0": {"work_factor": 0}})")).find("no time at all") !=
          std::string::npos);
}
