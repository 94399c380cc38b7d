// co_await within(scheduler, limit, task): the task's result, or nothing when the limit comes
// first.
//
// What happens to the task then is the caller's choice: without a group it is cancelled; with one
// it goes on there, as work does whose caller has stopped listening.
#pragma once

#include <optional>

#include "sim/task.h"
#include "sim/task_group.h"
#include "sim/timer.h"

namespace sim {

template <class T>
class Within final : Event {
public:
    Within(Scheduler& scheduler, Duration limit, Task<T>&& task, TaskGroup* heirs)
        : timer_(scheduler), limit_(limit), receiver_(std::move(task)), heirs_(heirs) {}

    bool await_ready() {
        const Time started = timer_.scheduler().now();
        if (receiver_.start()) return true;
        deadline_ = limit_ > kForever - started ? kForever : started + limit_;
        return false;
    }
    void await_suspend(std::coroutine_handle<> caller) {
        caller_ = caller;
        receiver_.wake_at_end(caller);
        timer_.start_at(deadline_, static_cast<Event&>(*this));
    }
    std::optional<T> await_resume() {
        if (expired_) return std::nullopt;
        timer_.stop();
        return std::move(receiver_.value());
    }

private:
    void fire() override {
        timer_.fired();
        expired_ = true;
        if (heirs_ != nullptr) {
            heirs_->adopt(receiver_);
        } else {
            receiver_.drop();
        }
        Wake{caller_}();
    }

    Timer timer_;
    union {
        Duration limit_;
        Time deadline_;
    };
    Receiver<T> receiver_;
    TaskGroup* heirs_;
    std::coroutine_handle<> caller_;
    bool expired_ = false;
};

template <class T>
Within<T> within(Scheduler& scheduler, Duration limit, Task<T>&& task, TaskGroup* heirs = nullptr) {
    return {scheduler, limit, std::move(task), heirs};
}

}  // namespace sim
