// What must not change a system: each changes a scenario in a way that none of its figures may see.
#pragma once

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "models/topology/load.h"
#include "models/topology/simulate.h"

namespace swarm {

using Json = nlohmann::ordered_json;

// A run, and the invariants that did not hold in it.
struct Audited {
    sim::Recording run;
    std::vector<std::string> broken;
    bool is_whole = true;  // else it came to the limit of events
};

inline Audited play_audited(const models::Scenario& scenario, std::uint64_t seed) {
    class Ended final : public models::Onlooker {
    public:
        void at(sim::Time now, sim::Time, std::uint64_t) override {
            goes_back = goes_back || now < last;
            last = now;
        }
        void ended(const models::RunEnd& end) override {
            broken = end.broken;
            is_whole = end.stopped.empty();
        }
        std::vector<std::string> broken;
        bool is_whole = true;
        bool goes_back = false;
        sim::Time last{};
    };
    Ended ended;
    models::RunLimits limits;
    limits.events = 20'000'000;
    Audited audited{models::simulate(scenario, {seed, 0}, &ended, limits), {}, true};
    audited.broken = ended.broken;
    audited.is_whole = ended.is_whole;
    if (ended.goes_back) audited.broken.emplace_back("time goes back");
    return audited;
}

// The first figure of a node of `one` that is another in `other`; empty: none is.
inline std::string first_difference(const sim::Recording& one, const sim::Recording& other) {
    const auto differs = [](const sim::NodeRecord& a, const sim::NodeRecord& b) -> std::string {
        if (!(a.totals == b.totals)) return "totals";
        if (a.writes != b.writes) return "writes";
        if (a.causes != b.causes) return "causes";
        if (a.spent != b.spent) return "times spent";
        if (a.in_flight_mean != b.in_flight_mean) return "in_flight_mean";
        if (a.utilisation != b.utilisation) return "utilisation";
        if (a.waiting_peak != b.waiting_peak) return "waiting_peak";
        if (a.latency.succeeded.count() != b.latency.succeeded.count()) return "successes";
        if (a.latency.succeeded.sum_nanoseconds() != b.latency.succeeded.sum_nanoseconds()) {
            return "latency";
        }
        return {};
    };
    for (const sim::NodeRecord& node : one.nodes) {
        const auto same = std::ranges::find(other.nodes, node.name, &sim::NodeRecord::name);
        if (same == other.nodes.end()) return node.name;
        if (const std::string what = differs(node, *same); !what.empty()) {
            return node.name + "'s " + what;
        }
    }
    return {};
}

struct Oracle {
    const char* name;
    std::function<void(Json&)> change;
};

// Steps of every endpoint of every server.
inline void for_each_endpoint(Json& scenario, const std::function<void(Json&)>& visit) {
    for (auto& node : scenario["nodes"]) {
        if (node.value("kind", "") != "server") continue;
        for (auto& steps : node["endpoints"]) {
            if (steps.is_array()) visit(steps);
        }
    }
}

inline const std::vector<Oracle>& oracles() {
    static const std::vector<Oracle> all = {
        {"an island beside it",
         [](Json& scenario) {
             scenario["nodes"]["castaway"] =
                 Json::parse(R"({"kind": "open_loop", "rate": "50/s", "calls": "island"})");
             scenario["nodes"]["island"] = Json::parse(
                 R"({"kind": "database", "service_time": {"kind": "exponential", "mean": "3ms"}})");
         }},
        {"steps that do nothing",
         [](Json& scenario) {
             for_each_endpoint(scenario, [](Json& steps) {
                 steps.insert(steps.begin(), Json::parse(R"({"fail": 0})"));
             });
         }},
        {"a failure after the end",
         [](Json& scenario) {
             scenario["failures"].push_back(Json::parse(
                 R"({"kind": "slow", "target": "web", "factor": 2, "at": "1h", "lasts": "1s"})"));
         }},
    };
    return all;
}

// What is wrong with a system: an invariant that does not hold, or a figure that sees what it may
// not. Empty: nothing. None when it is no valid scenario.
inline std::optional<std::string> what_is_wrong(const Json& json, std::uint64_t seed,
                                                const Oracle* oracle) {
    const auto loaded = models::load({"swarm", {}, {}, json.dump()});
    if (!loaded.scenario) return std::nullopt;
    const Audited usual = play_audited(*loaded.scenario, seed);
    if (!usual.broken.empty()) return usual.broken.front();
    if (oracle == nullptr) return "";
    Json changed = json;
    oracle->change(changed);
    const auto other = models::load({"swarm", {}, {}, changed.dump()});
    if (!other.scenario) return "";  // the change is none for such a system
    const Audited played = play_audited(*other.scenario, seed);
    if (!played.broken.empty()) return played.broken.front();
    if (!usual.is_whole || !played.is_whole) return "";
    const std::string difference = first_difference(usual.run, played.run);
    return difference.empty() ? "" : std::string(oracle->name) + ": " + difference;
}

}  // namespace swarm
