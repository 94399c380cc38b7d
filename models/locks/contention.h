// Who waits for locks, over time. As a resource it is full while anybody does: of locks there are
// as many as there are things to lock.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/area.h"
#include "sim/resource.h"
#include "sim/scheduler.h"

namespace models {

class Contention {
public:
    explicit Contention(const sim::Scheduler& scheduler) : scheduler_(scheduler) {}

    // One waits for as long as this is there; `waits` false: it got its lock at once.
    class Wait {
    public:
        explicit Wait(Contention& contention, bool waits = true)
            : contention_(contention), waits_(waits) {
            if (waits_) contention_.change(1);
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() {
            if (waits_) contention_.change(-1);
        }

    private:
        Contention& contention_;
        bool waits_;
    };

    void note_refused() { ++refused_; }

    sim::Use use() const {
        const sim::Time now = scheduler_.now();
        const std::uint64_t waited = waited_.until(now, waiting_);
        return {1, waited, waited, contended_.until(now, waiting_ > 0), 0, refused_};
    }

private:
    void change(int difference) {
        const bool was_any = waiting_ > 0;
        waiting_ += static_cast<std::size_t>(difference);
        waited_.change(difference, scheduler_.now());
        contended_.change(int{waiting_ > 0} - int{was_any}, scheduler_.now());
    }

    const sim::Scheduler& scheduler_;
    std::size_t waiting_ = 0;
    std::uint64_t refused_ = 0;
    sim::Area waited_, contended_;
};

}  // namespace models
