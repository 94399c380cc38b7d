// What the horizontal pod autoscaler sees of a pod: its status, its request, and its last metric.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/time.h"

namespace models::hpa {

// Resources and metrics count in thousandths, as Kubernetes' MilliValue() does.
using Milli = std::int64_t;

using PodId = std::uint32_t;

enum class PodPhase : std::uint8_t { pending, running, succeeded, failed };

// The pod's Ready condition.
struct Readiness {
    bool ready = false;
    sim::Time changed{};
};

struct Pod {
    PodId id = 0;
    PodPhase phase = PodPhase::running;
    bool deleted = false;  // has a deletion timestamp: it is terminating
    sim::Time started{};
    std::optional<Readiness> readiness;
    std::optional<Milli> request;         // of cores
    std::optional<Milli> memory_request;  // of bytes
};

// The mean of a pod's metric over `window`, which ended at `timestamp`.
struct PodMetric {
    Milli value = 0;
    sim::Time timestamp{};
    sim::Duration window{};
};

using Pods = std::vector<Pod>;
using PodMetrics = std::map<PodId, PodMetric>;

}  // namespace models::hpa
