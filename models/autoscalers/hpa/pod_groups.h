// Which pods count: those ready, those not ready yet, those without a metric, those on their way
// out (groupPods in Kubernetes' replica_calculator.go).
#pragma once

#include <chrono>
#include <cstddef>
#include <set>

#include "models/autoscalers/hpa/pod.h"

namespace models::hpa {

// Flags of kube-controller-manager.
struct ReadinessRules {
    sim::Duration cpu_initialization_period = std::chrono::minutes(5);
    sim::Duration initial_readiness_delay = std::chrono::seconds(30);
};

struct PodGroups {
    std::size_t ready = 0;
    std::set<PodId> unready;
    std::set<PodId> missing;
    std::set<PodId> ignored;
};

// The use of a processor by a pod that has only just started says little about its load; other
// metrics are believed whatever the pod's readiness.
enum class Resource : std::uint8_t { cpu, other };

PodGroups group_pods(const Pods& pods, const PodMetrics& metrics, Resource resource,
                     const ReadinessRules& rules, sim::Time now);

}  // namespace models::hpa
