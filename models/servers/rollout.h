// A new version of a server takes the place of the old one, instance by instance.
//
// As a Kubernetes Deployment: a rolling update never has more than max_surge beyond the wanted
// number, nor fewer ready than that less max_unavailable; a recreate stops all before it starts
// any. Blue/green is Argo Rollouts': the new ones get no request before all of them are ready.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

enum class RolloutStrategy : std::uint8_t { rolling_update, recreate, blue_green };

constexpr auto names_of(RolloutStrategy) {
    return std::array{spec::Word{"rolling_update", RolloutStrategy::rolling_update,
                                 "Instances are replaced a few at a time."},
                      spec::Word{"recreate", RolloutStrategy::recreate,
                                 "All old instances stop, then all new ones start."},
                      spec::Word{"blue_green", RolloutStrategy::blue_green,
                                 "As many new instances start beside the old ones; when all are "
                                 "ready, all requests go to them."}};
}

struct Rollout {
    static constexpr std::string_view name = "rollout";
    static constexpr std::string_view doc = "A new version takes the place of the old one.";
    sim::Duration at{};
    RolloutStrategy strategy = RolloutStrategy::rolling_update;
    std::uint32_t max_surge = 1;
    std::uint32_t max_unavailable = 0;
    sim::Duration keep_old = std::chrono::seconds(30);
    sim::Fraction faults{};
    double slower = 1;
    std::optional<std::uint32_t> cores;
    std::optional<sim::Bytes> memory;
    std::optional<sim::Fraction> rollback_above;
    std::optional<double> rollback_slower;
    sim::Duration analysis_interval = std::chrono::seconds(30);
    std::uint32_t analysis_requests = 50;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &Rollout::at, at_least(sim::Duration::zero()),
                     "When, from the start of the run."),
            param("strategy", &Rollout::strategy,
                  "How instances of the new version replace the old ones."),
            param("max_surge", &Rollout::max_surge, at_most(100000u),
                  "Most instances above the desired number during the rollout (maxSurge)."),
            param("max_unavailable", &Rollout::max_unavailable, at_most(100000u),
                  "Most instances below the desired number that may be not ready during the "
                  "rollout (maxUnavailable)."),
            param("keep_old", &Rollout::keep_old, at_least(sim::Duration::zero()),
                  "blue_green: how long the old instances are kept for an immediate rollback."),
            param("faults", &Rollout::faults,
                  "Share of requests that fail at the new version: a bad release."),
            param("slower", &Rollout::slower, at_least(0.01), at_most(1000.0),
                  "Factor on the time of work at the new version, against the first version."),
            param("cores", &Rollout::cores, at_least(1u), at_most(1024u),
                  "Cores of the new version's instances. Without it, as before."),
            param("memory", &Rollout::memory, at_least(sim::Bytes{1}),
                  "Memory of the new version's instances. Without it, as before."),
            param("rollback_above", &Rollout::rollback_above,
                  "Canary analysis: how far the new version's error rate may be above the old "
                  "one's before it is rolled back. Without it error rates are not compared."),
            param("rollback_slower", &Rollout::rollback_slower, at_least(1.0), at_most(1000.0),
                  "Canary analysis: how many times the old version's 95th percentile the new one's "
                  "may be before it is rolled back. Without it latencies are not compared."),
            param("analysis_interval", &Rollout::analysis_interval,
                  at_least(sim::Duration(std::chrono::milliseconds(100))),
                  "Interval between two comparisons of both versions, and between two steps of the "
                  "rollout."),
            param("analysis_requests", &Rollout::analysis_requests, at_least(1u),
                  at_most(1000000000u), "Least requests to the new version for a comparison.")};
    }
    void check(spec::Check& check) const {
        check.that(max_surge + max_unavailable > 0, "max_surge",
                   "with neither surge nor unavailability nothing could ever change");
    }
};

// Somebody deletes instances; others come for them, as their controller wants as many as before.
struct Deletion {
    static constexpr std::string_view name = "deletion";
    static constexpr std::string_view doc = "Deletions of instances by hand.";
    sim::Duration at{};
    std::uint32_t instances = 1;
    bool all = false;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &Deletion::at, at_least(sim::Duration::zero()),
                     "When, from the start of the run."),
            param("instances", &Deletion::instances, at_least(1u), at_most(100000u),
                  "Number of instances to delete, from the first; others replace them."),
            param("all", &Deletion::all,
                  "Whether the whole deployment is deleted, which nothing replaces.")};
    }
};

}  // namespace models
