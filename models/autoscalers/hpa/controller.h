// One reconciliation of a HorizontalPodAutoscaler after another: what the metrics ask for, held
// steady over a window, kept within limits.
//
// After horizontal.go (reconcileAutoscaler, stabilizeRecommendation and its kin). With a `behavior`
// the edge of a window is outside, without one it is inside: the same drop comes one sync later.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "models/autoscalers/hpa/behavior.h"

namespace models::hpa {

// What the metrics asked for lately. A slot whose time has passed is used again.
class Recommendations {
public:
    struct Recommendation {
        Replicas replicas = 0;
        sim::Time at{};
    };

    Recommendations() = default;
    explicit Recommendations(std::vector<Recommendation> recommendations)
        : recommendations_(std::move(recommendations)) {}

    bool empty() const { return recommendations_.empty(); }
    void add(Replicas replicas, sim::Time now) { recommendations_.push_back({replicas, now}); }

    // The highest of the window, its edge included. Records `desired`.
    Replicas stabilize_legacy(Replicas desired, sim::Duration window, sim::Time now);

    // No more than the lowest of the window upwards, no less than the highest of the window
    // downwards, edges excluded. Records `desired`.
    Replicas stabilize(Replicas current, Replicas desired, const Behavior& behavior, sim::Time now);

private:
    void record(Replicas desired, sim::Time outdated_before, sim::Time now);

    std::vector<Recommendation> recommendations_;
};

class Controller {
public:
    struct Plan {
        Bounds bounds;
        std::optional<Behavior> behavior;  // none: the limits of before 1.18
        sim::Duration downscale_stabilization = std::chrono::minutes(5);
    };

    struct Decision {
        Replicas replicas = 0;               // what the deployment's spec shall say
        Replicas desired = 0;                // what the metrics asked for
        std::optional<Replicas> stabilized;  // after the windows; none when metrics had no say
        Reason reason = Reason::desired_within_range;
    };

    explicit Controller(Plan plan) : plan_(std::move(plan)) {}
    // With a past of its own.
    Controller(Plan plan, Recommendations recommendations)
        : plan_(std::move(plan)), recommendations_(std::move(recommendations)), begun_(true) {}

    Decision reconcile(Replicas current, const Proposal& proposal, sim::Time now);

private:
    Decision normalize(Replicas current, Replicas desired, sim::Time now);
    void remember(Replicas before, Replicas after, sim::Time now);

    Plan plan_;
    Recommendations recommendations_;
    ScaleHistory history_;
    bool begun_ = false;
};

}  // namespace models::hpa
