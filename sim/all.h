// co_await all(tasks): starts them in order, and goes on when every one has ended.
#pragma once

#include <memory>
#include <vector>

#include "sim/task.h"

namespace sim {

template <class T>
class All final : Event {
public:
    explicit All(std::vector<Task<T>>&& tasks)
        : count_(tasks.size()), children_(std::make_unique<Receiver<T>[]>(count_)) {
        tasks_ = std::move(tasks);
    }

    bool await_ready() {
        running_ = 1;  // this loop: one that begins may end another
        for (std::size_t index = 0; index < count_; ++index) {
            if (children_[index].start(std::move(tasks_[index]))) continue;
            ++running_;
            children_[index].wake_at_end(static_cast<Event&>(*this));
        }
        return --running_ == 0;
    }
    void await_suspend(std::coroutine_handle<> caller) { caller_ = caller; }
    std::vector<detail::Stored<T>> await_resume() {
        std::vector<detail::Stored<T>> values;
        values.reserve(count_);
        for (std::size_t index = 0; index < count_; ++index) {
            values.push_back(std::move(children_[index].value()));
        }
        return values;
    }

private:
    void fire() override {
        if (--running_ == 0) Wake{caller_}();
    }

    std::size_t count_;
    std::unique_ptr<Receiver<T>[]> children_;
    std::vector<Task<T>> tasks_;
    std::size_t running_ = 0;
    std::coroutine_handle<> caller_;
};

template <class T>
All<T> all(std::vector<Task<T>>&& tasks) {
    return All<T>(std::move(tasks));
}

}  // namespace sim
