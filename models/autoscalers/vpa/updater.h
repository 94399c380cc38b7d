// Which pods a vertical pod autoscaler evicts so that they come back with other requests.
//
// After vertical-pod-autoscaler/pkg/updater: at once when a request lies outside of the bounds; one
// inside of them only when the pod has lived for 12 hours and the change is at least 10 %, or when
// it was killed for want of memory within 10 minutes of its start. Never more than half of the
// replicas at a time, and none when there are fewer than two.
#pragma once

#include <chrono>
#include <vector>

#include "models/autoscalers/vpa/recommender.h"

namespace models::vpa {

struct UpdaterPlan {
    std::int32_t min_replicas = 2;
    double eviction_tolerance = 0.5;
    double update_threshold = 0.1;
    sim::Duration pod_lifetime_update_threshold = std::chrono::hours(12);
    sim::Duration evict_after_oom_threshold = std::chrono::minutes(10);
};

struct Candidate {
    hpa::PodId id = 0;
    Amount cpu = 0;
    Amount memory = 0;
    sim::Time started{};
    bool quick_oom = false;
    bool running = false;  // ready: it can be missed for a time
};

// In the order in which they go: those whose requests are furthest from the target first.
std::vector<hpa::PodId> to_evict(const std::vector<Candidate>& pods, std::int32_t replicas,
                                 const Recommendation& recommendation, const UpdaterPlan& plan,
                                 sim::Time now);

}  // namespace models::vpa
