#include "models/servers/disk.h"

namespace models {

namespace {

// Twenty of them fit into what there is of time.
constexpr sim::Duration kLongest = std::chrono::hours(24 * 366 * 10);

}  // namespace

sim::Duration Disk::time_of(double bytes) const {
    const auto speed = static_cast<double>(spec_.written_per_second.count);
    return std::min(sim::from_seconds(bytes / speed), kLongest);
}

sim::Duration Disk::queue(sim::Time now, double bytes) {
    free_at_ = std::min(std::max(free_at_, now) + time_of(bytes), sim::Time(2 * kLongest));
    return backlog(now);
}

}  // namespace models
