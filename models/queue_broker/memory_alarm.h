// The memory alarm of a cluster: on when a node uses more than its watermark, off when none does
// any more. While it is on, connections that publish are not read from.
//
// Memory is looked at once an interval (2.5 s), so it may be exceeded in between. The timer runs
// only while there is something to see.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "sim/timer.h"

namespace models::amqp {

class MemoryAlarm final : sim::Event {
public:
    struct Plan {
        std::uint64_t limit;  // of a node, in bytes
        sim::Duration interval;
        std::function<std::uint64_t()> usage;  // of the node that uses most
        std::function<void()> changed;
    };
    MemoryAlarm(sim::Scheduler& scheduler, Plan plan) : timer_(scheduler), plan_(std::move(plan)) {}

    bool is_on() const { return is_on_; }
    std::uint64_t times_on() const { return times_on_; }
    // Usage may have grown.
    void note() {
        if (timer_.armed() || plan_.usage() <= plan_.limit) return;
        wait();
    }

private:
    // Until the next multiple of the interval.
    void wait() {
        const sim::Duration now = timer_.scheduler().now().time_since_epoch();
        const auto next = (now / plan_.interval + 1) * plan_.interval;
        timer_.start_at(sim::Time(next), static_cast<sim::Event&>(*this));
    }
    void fire() override {
        timer_.fired();
        const bool is_high = plan_.usage() > plan_.limit;
        if (is_high) wait();
        if (is_high == is_on_) return;
        is_on_ = is_high;
        times_on_ += is_high;
        plan_.changed();
    }

    sim::Timer timer_;
    Plan plan_;
    bool is_on_ = false;
    std::uint64_t times_on_ = 0;
};

}  // namespace models::amqp
