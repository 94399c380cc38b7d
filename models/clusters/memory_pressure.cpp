#include "models/clusters/memory_pressure.h"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

bool goes_before(const MemoryClaim& one, const MemoryClaim& other) {
    const double over_one = one.used - one.requested;
    const double over_other = other.used - other.requested;
    if ((over_one > 0) != (over_other > 0)) return over_one > 0;
    if (one.priority != other.priority) return one.priority < other.priority;
    return over_one > over_other;
}

}  // namespace

std::optional<std::size_t> first_to_evict(std::span<const MemoryClaim> pods) {
    std::optional<std::size_t> first;
    for (std::size_t pod = 0; pod < pods.size(); ++pod) {
        if (pods[pod].is_fixed || pods[pod].used <= 0) continue;
        if (!first || goes_before(pods[pod], pods[*first])) first = pod;
    }
    return first;
}

int oom_score_adj(const MemoryClaim& pod, double machine) {
    constexpr int kGuaranteed = -997;
    constexpr int kBestEffort = 1000;
    if (pod.is_guaranteed) return kGuaranteed;
    if (pod.requested <= 0) return kBestEffort;
    const int asked = static_cast<int>(std::floor(1000 * pod.requested / machine));
    return std::clamp(1000 - asked, 1000 + kGuaranteed, kBestEffort - 1);
}

std::optional<std::size_t> first_to_kill(std::span<const MemoryClaim> pods, double machine,
                                         bool has_kubelet) {
    const auto points = [&](const MemoryClaim& pod) {
        return pod.used + (has_kubelet ? oom_score_adj(pod, machine) / 1000.0 * machine : 0);
    };
    std::optional<std::size_t> first;
    for (std::size_t pod = 0; pod < pods.size(); ++pod) {
        if (pods[pod].used <= 0) continue;
        if (!first || points(pods[pod]) > points(pods[*first])) first = pod;
    }
    return first;
}

}  // namespace models
