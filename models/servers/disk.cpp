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
    const sim::Time begins = std::max(free_at_, now);
    free_at_ = std::min(begins + time_of(bytes), sim::Time(2 * kLongest));
    taken_ += free_at_ - begins;
    ++writes_;
    return backlog(now);
}

void Disk::renew(sim::Time now) {
    taken_ -= backlog(now);
    free_at_ = {};
    used_ = static_cast<double>(spec_.used.count);
    log_ = 0;
}

sim::Use Disk::use(sim::Time now) const {
    const auto busy = static_cast<std::uint64_t>((taken_ - backlog(now)).count());
    const std::uint64_t others = waiting_ > 0 ? waiting_ - 1 : 0;
    return {1, busy, waited_.until(now, others), busy, writes_, 0};
}

sim::Use Disk::space_use() const {
    sim::Use use;
    use.size = static_cast<double>(spec_.size.count);
    use.in_use = static_cast<std::uint64_t>(used_);
    use.refused = refused_;
    return use;
}

}  // namespace models
