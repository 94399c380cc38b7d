// Who has to go when a machine has no more memory.
//
// kubelet evicts whole pods while less than a threshold is available. It takes first those that use
// more than they requested, of these those of the lowest priority, of these the one that is
// furthest above its request (rankMemoryPressure in pkg/kubelet/eviction/helpers.go): a pod that
// requests nothing goes before one that is over its request, and one that keeps to its request goes
// last.
//
// When memory is used up before kubelet looks, the kernel kills the process with the most points:
// bytes used, and what oom_score_adj adds in thousandths of the machine. kubelet sets that by the
// class of quality of service (pkg/kubelet/qos/policy.go): -997 for guaranteed pods, 1000 for those
// without requests, and 1000 less the requested share of the machine in between, 3 to 999.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace models {

// What a pod uses, and what it asked for, in bytes.
struct MemoryClaim {
    double used = 0;
    double requested = 0;
    std::int32_t priority = 0;
    bool is_guaranteed = false;  // its requests are its limits
    bool is_fixed = false;       // kubelet leaves it alone: it belongs to the machine
};

// None: nobody could go.
std::optional<std::size_t> first_to_evict(std::span<const MemoryClaim> pods);

// In thousandths of a machine of so many bytes.
int oom_score_adj(const MemoryClaim& pod, double machine);

// Without kubelet there are no adjustments, and the largest goes.
std::optional<std::size_t> first_to_kill(std::span<const MemoryClaim> pods, double machine,
                                         bool has_kubelet);

}  // namespace models
