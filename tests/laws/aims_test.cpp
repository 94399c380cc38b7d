// However a failure is aimed and whenever it comes, it strikes, and figures change: every kind of
// node, every failure that its instances can have.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "models/failures/failures.h"
#include "models/topology/load.h"
#include "tests/laws/failing_systems.h"
#include "tests/support/play.h"

namespace {

using support::System;
using support::systems;

// Two regions of a zone, in which instances stand in turn; what has one place is in the first.
std::string places_around(const System& system, bool in_turn) {
    std::string placed;
    if (system.has_own_places) {
        placed = fmt::format(R"(, "placement": {{"it": ["0"{}]{}}})", in_turn ? R"(, "1")" : "",
                             system.others_placed);
    }
    return fmt::format(
        R"("network": {{"regions": {{"here": {{"zones": ["0"]}}{}}}, "to_users": {{"latency": "1ms"}},
            "same_zone": {{"latency": "0.1ms"}}, "across_regions": {{"latency": "2ms"}}{}}},)",
        in_turn ? R"(, "there": {"zones": ["1"]})" : "", placed);
}

std::string aimed_scenario(const System& system, bool in_turn, const std::string& failures) {
    return fmt::format(R"({{"run": {{"measure": "6s"}}, {} "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "100/s",
                     "calls": [{{"to": "{}", "writes": "30%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 100}}}},
                     "policies": [{{"kind": "timeout", "limit": "300ms"}}]}},
        {}}}, "failures": [{}]}})",
                       places_around(system, in_turn), system.calls, system.nodes, failures);
}

// What nodes have to say of a run, but for when.
std::string figures_of(const sim::Recording& run) {
    std::string all;
    for (const sim::NodeRecord& each : run.nodes) {
        all += fmt::format("{} {}", each.name, each.totals.of(sim::Outcome::succeeded));
        for (std::size_t i = 0; i < each.slices.size(); ++i) {
            all += fmt::format(" {} {}", each.slices[i].finished, each.slices[i].latency_sum_s);
        }
        for (const sim::Measure& one : each.measures) all += fmt::format(" {}", one.value);
        all += "\n";
    }
    return all;
}

std::vector<std::string> ways_to_aim(const models::NodeFacts& facts) {
    std::vector<std::string> ways = {R"("target": "it")",
                                     R"("target": "it[0]")",
                                     R"("target": "it", "instances": 1)",
                                     R"("target": "it", "share": "30%")",
                                     R"("target": "it", "zone": "0")",
                                     R"("target": "it", "region": "here")"};
    for (const std::string& role : facts.roles) {
        ways.push_back(fmt::format(R"("target": "it", "role": "{}")", role));
    }
    return ways;
}

// A process that is killed is started again by itself, and a corrupt copy is repaired: that takes
// as long as it takes.
std::vector<std::string> times_to_come(std::string_view verb) {
    const bool is_a_moment = verb == "kill" || verb == "corrupt";
    const std::string lasts = is_a_moment ? "" : R"(, "lasts": "2s")";
    std::vector<std::string> times = {
        R"("at": "2s")" + lasts,
        R"("when": "clients.in_flight >= 0", "at": "2s", "every": "100ms")" + lasts};
    if (!is_a_moment) {
        times.emplace_back(R"("at": "1s", "time_to_fail": {"kind": "exponential", "mean": "1s"},
            "time_to_repair": {"kind": "gamma", "mean": "2s", "shape": 2}, "crew": 1,
            "common_cause": "30%")");
    }
    return times;
}

// What else goes on. Those who follow a leader may do as they like while most of the others answer
// in time: that one of them fails is seen when the leader is gone, and they are asked.
std::vector<std::string> backgrounds(const models::NodeFacts& facts) {
    std::vector<std::string> all = {""};
    if (std::ranges::find(facts.roles, "leader") != facts.roles.end()) {
        all.emplace_back(
            R"({"kind": "crash", "target": "it", "role": "leader", "at": "1.5s", "lasts": "4s"})");
    }
    return all;
}

// Runs of one system, with and without a failure.
class Trial {
public:
    Trial(const System& system, const models::NodeFacts& facts)
        : system_(system),
          in_turn_(facts.has_doors && facts.instances > 1),
          backgrounds_(backgrounds(facts)) {
        for (const std::string& each : backgrounds_) quiet_.push_back(figures_with(each));
    }

    bool strikes(const std::string& failure) const {
        for (std::size_t i = 0; i < backgrounds_.size(); ++i) {
            const std::string both =
                backgrounds_[i].empty() ? failure : backgrounds_[i] + ", " + failure;
            if (figures_with(both) != quiet_[i]) return true;
        }
        return false;
    }

private:
    std::string figures_with(const std::string& failures) const {
        return figures_of(support::play(aimed_scenario(system_, in_turn_, failures), 3));
    }

    const System& system_;
    bool in_turn_;
    std::vector<std::string> backgrounds_;
    std::vector<std::string> quiet_;
};

}  // namespace

TEST_CASE("by name, number, share, zone, region and role; at a time, on a condition, at random") {
    std::size_t played = 0;
    for (const models::NodeChoice& node : models::Nodes::each()) {
        const std::string_view kind = node.kind();
        if (!systems().contains(kind)) continue;
        const System& system = systems().at(kind);
        const std::string alone = fmt::format(R"({{"nodes": {{"clients": {{"kind": "open_loop",
            "rate": "1/s", "calls": "{}"}}, {}}}}})",
                                              system.calls, system.nodes);
        const models::NodeFacts facts =
            models::Nodes::facts_of(*support::scenario_from(alone).nodes.find("it"));
        const Trial trial(system, facts);
        for (const std::string_view verb : models::Failures::known_to(facts.suffers)) {
            for (const std::string& aim : ways_to_aim(facts)) {
                for (const std::string& time : times_to_come(verb)) {
                    const std::string much = verb == "memory_stress" ? R"(, "bytes": "1TiB")" : "";
                    const std::string failure =
                        fmt::format(R"({{"kind": "{}", {}, {}{}}})", verb, aim, time, much);
                    CAPTURE(kind);
                    CAPTURE(failure);
                    CHECK(trial.strikes(failure));
                    ++played;
                }
            }
        }
    }
    CHECK(played > 800);
}
