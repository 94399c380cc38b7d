// How many replicas one metric asks for: ceil(replicas * metric / target), and what real pods add
// to that formula.
//
// After Kubernetes' pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go.
// Pods that are missing a metric, or not ready, are assumed to be what would move the count least:
// on the way up they use nothing, on the way down a missing one uses all it asked for. When that
// assumption turns the direction around, nothing changes. Utilisation is a whole percent, cut off.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/autoscalers/hpa/pod_groups.h"

namespace models::hpa {

using Replicas = std::int32_t;

// No change while 1 - down <= metric / target <= 1 + up.
struct Tolerance {
    double down = 0.1;
    double up = 0.1;

    bool holds(double ratio) const { return 1.0 - down <= ratio && ratio <= 1.0 + up; }
};

// Of which the first two are the metrics API's: it refuses rather than answer with an empty list.
enum class Refusal : std::uint8_t {
    none,
    no_resource_metrics,
    no_custom_metrics,
    no_pods,
    pods_unready,
    missing_request,
    no_known_pods
};

std::string_view text_of(Refusal refusal);

struct Proposal {
    Replicas replicas = 0;
    std::int64_t metric = 0;  // percent for a utilisation, else thousandths
    Milli raw_average = 0;    // of a utilisation
    Refusal refusal = Refusal::none;

    bool valid() const { return refusal == Refusal::none; }
};

Proposal refused(Refusal refusal);

// The state of a deployment at one look.
struct Census {
    Replicas replicas = 0;  // as its spec says
    const Pods& pods;
    ReadinessRules rules;
    Tolerance tolerance;
    sim::Time now{};
};

struct Ratio {
    double ratio = 0;
    std::int64_t metric = 0;
    Milli raw_average = 0;
    Refusal refusal = Refusal::none;
};

// Of what the pods with a request use to what they asked for, against a target in percent.
Ratio utilisation_ratio(const PodMetrics& metrics, const std::map<PodId, Milli>& requests,
                        std::int32_t target_percent);
// Of the mean of a metric to its target.
Ratio average_ratio(const PodMetrics& metrics, Milli target);

// Resource metric with a target of type Utilization.
Proposal for_utilisation(const Census& census, PodMetrics metrics, Resource resource,
                         std::int32_t target_percent);
// Resource or Pods metric with a target of type AverageValue.
Proposal for_average(const Census& census, PodMetrics metrics, Resource resource, Milli target);
// Object or External metric with a target of type Value: several series are summed up.
Proposal for_value(const Census& census, const std::vector<Milli>& values, Milli target);
// Object or External metric with a target of type AverageValue.
Proposal for_value_per_pod(const Census& census, const std::vector<Milli>& values, Milli target);

// What several metrics ask for together: the most; nothing while one of them is not known and the
// others ask for less than there is (computeReplicasForMetrics).
Proposal largest(const std::vector<Proposal>& proposals, Replicas current);

}  // namespace models::hpa
