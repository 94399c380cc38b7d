// The cores of one instance and how fast they are: its own speed and its quota, less what its
// neighbours, its collector and failures take of them.
#pragma once

#include <cstdint>
#include <memory>

#include "models/autoscalers/workload.h"
#include "models/instance_state.h"
#include "models/servers/cpu_quota.h"
#include "sim/cpu.h"
#include "sim/resource.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class Server;

class Cores final : Throttled {
public:
    Cores(const Server& server, std::uint32_t index);

    sim::Cpu& cpu() { return cpu_; }
    const sim::Cpu& cpu() const { return cpu_; }

    // There is work: from now on its quota is looked at.
    void watch_quota() {
        if (quota_) [[unlikely]]
            quota_->watch();
    }

    // By a failure: so many times as slow, until it heals.
    void slow_down(double factor) { cpu_.set_speed(state_.slow_down(factor)); }
    void speed_up(double factor) { cpu_.set_speed(state_.speed_up(factor)); }
    bool is_slow() const { return state_.is_slow(); }
    // The process stands still, whatever else; and goes on.
    void pause(bool paused) { cpu_.set_speed(state_.pause(paused)); }
    // That share of them is the garbage collector's, from now on.
    void collector_takes(double share);
    // Other cores, from now on. A share of a core too many is a quota: all run slower.
    void resize(Milli size);
    // A version that is so many times as slow.
    void become(double slower);
    // Core time its jobs have had since the start: of a core that is a share of one, that share.
    sim::Duration worked() const { return worked_ + scaled(cpu_.busy() - busy_before_); }
    // Its neighbours, too, are no more.
    void dismiss() { neighbours_.dismiss(); }

    // Of its quota, in which there was work; and of these, in which it ran out.
    std::uint64_t periods() const { return quota_ ? quota_->periods() : 0; }
    std::uint64_t throttled() const { return quota_ ? quota_->throttled() : 0; }
    // A quota is what it can have; while it is throttled, jobs wait.
    sim::Use use() const;

private:
    void settle_speed();
    sim::Duration scaled(sim::Duration busy) const {
        return share_ == 1 ? busy
                           : sim::Duration(static_cast<std::int64_t>(
                                 static_cast<double>(busy.count()) * share_));
    }
    sim::Task<void> suffer_neighbours(std::uint32_t index);
    void throttle() override { cpu_.set_runnable(false); }
    void release() override { cpu_.set_runnable(true); }

    std::unique_ptr<CpuQuota> quota_;
    sim::Cpu cpu_;
    const Server& server_;
    SpeedState state_;
    double own_speed_;             // besides that of others of its server
    sim::Duration worked_{};       // before it was resized
    sim::Duration busy_before_{};  // then
    double share_ = 1;             // of a core, that each of its cores has
    double version_ = 1;           // how many times as slow its version is
    double stolen_ = 0;            // the share that neighbours have
    double collecting_ = 0;        // the share that the collector has
    sim::TaskGroup neighbours_;
};

}  // namespace models
