#include "models/autoscalers/vpa/updater.h"

#include <algorithm>
#include <cmath>

namespace models::vpa {

namespace {

bool outside(Amount request, const Bounds& bounds) {
    return request < bounds.lower || request > bounds.upper;
}

// The sum of the relative changes of both.
double change(const Candidate& pod, const Recommendation& recommendation) {
    const auto relative = [](Amount request, Amount target) {
        return request == 0
                   ? 0
                   : std::abs(static_cast<double>(target - request)) / static_cast<double>(request);
    };
    return relative(pod.cpu, recommendation.cpu.target) +
           relative(pod.memory, recommendation.memory.target);
}

bool wants_update(const Candidate& pod, const Recommendation& recommendation,
                  const UpdaterPlan& plan, sim::Time now) {
    if (outside(pod.cpu, recommendation.cpu) || outside(pod.memory, recommendation.memory)) {
        return true;
    }
    if (pod.quick_oom) return true;
    return now >= pod.started + plan.pod_lifetime_update_threshold &&
           change(pod, recommendation) >= plan.update_threshold;
}

}  // namespace

// With a tolerance of a half and n replicas, floor(n / 2) may be missing, but at least one.
std::vector<hpa::PodId> to_evict(const std::vector<Candidate>& pods, std::int32_t replicas,
                                 const Recommendation& recommendation, const UpdaterPlan& plan,
                                 sim::Time now) {
    if (replicas < plan.min_replicas) return {};
    const auto tolerated = static_cast<std::int32_t>(
        std::floor(static_cast<double>(replicas) * plan.eviction_tolerance));
    const auto running =
        static_cast<std::int32_t>(std::ranges::count(pods, true, &Candidate::running));
    const std::int32_t allowed = std::max(1, tolerated) - (replicas - running);
    std::vector<const Candidate*> chosen;
    for (const Candidate& pod : pods) {
        if (pod.running && wants_update(pod, recommendation, plan, now)) chosen.push_back(&pod);
    }
    std::ranges::stable_sort(chosen, std::ranges::greater{},
                             [&](const Candidate* pod) { return change(*pod, recommendation); });
    std::vector<hpa::PodId> evicted;
    for (const Candidate* pod : chosen) {
        if (static_cast<std::int32_t>(evicted.size()) >= allowed) break;
        evicted.push_back(pod->id);
    }
    return evicted;
}

}  // namespace models::vpa
