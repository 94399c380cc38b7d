// A container's limit on core time, as Linux's CFS enforces it: so much in each period of 100 ms.
//
// A process that has had its quota stands still until the period ends, however idle the machine is;
// threads on several cores use it up faster than one. The kernel hands out slices of 5 ms
// (sched_cfs_bandwidth_slice_us), so we look that often, and what was used beyond the quota is
// taken off the next one.
#pragma once

#include <cstdint>

#include "sim/cpu.h"
#include "sim/timer.h"

namespace models {

// What stands still.
class Throttled {
public:
    virtual void throttle() = 0;
    virtual void release() = 0;

protected:
    ~Throttled() = default;
};

class CpuQuota final : sim::Event {
public:
    // `limit` is in cores.
    CpuQuota(sim::Scheduler& scheduler, const sim::Cpu& cpu, double limit, Throttled& owner);

    // There is work: from now on it is looked at, until there is none.
    void watch() {
        if (!timer_.armed()) begin();
    }

    std::uint64_t periods() const { return periods_; }      // in which there was work
    std::uint64_t throttled() const { return throttled_; }  // of these

private:
    void begin();
    void end_period();
    void fire() override;

    sim::Timer timer_;
    const sim::Cpu& cpu_;
    sim::Duration quota_;
    Throttled& owner_;
    sim::Time period_end_{};
    sim::Duration busy_before_{};  // of the period
    sim::Duration debt_{};
    bool is_throttled_ = false;
    std::uint64_t periods_ = 0;
    std::uint64_t throttled_ = 0;
};

}  // namespace models
