#include "sim/up_time.h"

#include <algorithm>
#include <cstdint>

namespace sim {

std::vector<bool> up_slices(const Recording& recording,
                            const std::vector<const NodeRecord*>& clients) {
    std::vector<bool> up;
    if (recording.slice <= Duration::zero()) return up;
    const auto first = static_cast<std::size_t>(
        (recording.warm_up + recording.slice - Duration(1)) / recording.slice);
    const auto end = static_cast<std::size_t>(recording.simulated / recording.slice);
    std::int64_t waiting = 0;
    for (std::size_t slice = 0; slice < end; ++slice) {
        std::uint64_t finished = 0;
        std::uint64_t succeeded = 0;
        for (const NodeRecord* const client : clients) {
            const Slice of_client = client->slices[slice];
            finished += of_client.finished;
            succeeded += of_client.succeeded;
            waiting += std::int64_t{of_client.arrived} - of_client.finished;
        }
        if (slice < first) continue;
        up.push_back(finished > 0 ? succeeded * 100 >= finished * 95 : waiting == 0);
    }
    return up;
}

std::size_t longest_outage(const std::vector<bool>& up) {
    std::size_t longest = 0;
    std::size_t now = 0;
    for (const bool each : up) {
        now = each ? 0 : now + 1;
        longest = std::max(longest, now);
    }
    return longest;
}

}  // namespace sim
