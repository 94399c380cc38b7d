#include "models/autoscalers/hpa/pod_groups.h"

namespace models::hpa {

namespace {

// Within its initialisation a pod counts when it is ready and a whole window was measured since;
// later it counts unless it has never been ready. That a pod which is not ready now was so before
// is told from when its condition last changed: soon after its start means never.
bool is_cpu_unready(const Pod& pod, const PodMetric& metric, const ReadinessRules& rules,
                    sim::Time now) {
    if (!pod.readiness) return true;
    const Readiness& readiness = *pod.readiness;
    if (pod.started + rules.cpu_initialization_period > now) {
        return !readiness.ready || metric.timestamp < readiness.changed + metric.window;
    }
    return !readiness.ready && pod.started + rules.initial_readiness_delay > readiness.changed;
}

bool is_terminal(const Pod& pod) {
    return pod.phase == PodPhase::succeeded || pod.phase == PodPhase::failed;
}

}  // namespace

PodGroups group_pods(const Pods& pods, const PodMetrics& metrics, Resource resource,
                     const ReadinessRules& rules, sim::Time now) {
    PodGroups groups;
    for (const Pod& pod : pods) {
        const auto metric = metrics.find(pod.id);
        if (pod.deleted || is_terminal(pod)) {
            groups.ignored.insert(pod.id);
        } else if (pod.phase == PodPhase::pending) {
            groups.unready.insert(pod.id);
        } else if (metric == metrics.end()) {
            groups.missing.insert(pod.id);
        } else if (resource == Resource::cpu && is_cpu_unready(pod, metric->second, rules, now)) {
            groups.unready.insert(pod.id);
        } else {
            ++groups.ready;
        }
    }
    return groups;
}

}  // namespace models::hpa
