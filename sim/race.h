// co_await race(tasks): the first result, and who gave it.
//
// The others are cancelled, or go on in `heirs`. A task that ends while the field is being started
// wins, and those behind it never start.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "sim/task.h"
#include "sim/task_group.h"

namespace sim {

template <class T>
struct Won {
    std::size_t winner;
    [[no_unique_address]] detail::Stored<T> value;
};

template <class T>
class Race {
public:
    Race(std::vector<Task<T>>&& tasks, TaskGroup* heirs)
        : tasks_(std::move(tasks)),
          children_(std::make_unique<Receiver<T>[]>(tasks_.size())),
          heirs_(heirs) {}

    bool await_ready() {
        for (std::size_t index = 0; index < tasks_.size(); ++index) {
            if (children_[index].start(std::move(tasks_[index]))) return true;
        }
        // One may have been ended by what another did when it began.
        return std::any_of(children_.get(), children_.get() + tasks_.size(),
                           [](const Receiver<T>& child) { return child.done(); });
    }
    void await_suspend(std::coroutine_handle<> caller) {
        for (std::size_t index = 0; index < tasks_.size(); ++index) {
            children_[index].wake_at_end(caller);
        }
    }
    Won<T> await_resume() {
        std::size_t winner = 0;
        while (!children_[winner].done()) ++winner;
        Won<T> won{winner, std::move(children_[winner].value())};
        for (std::size_t index = 0; index < tasks_.size(); ++index) {
            if (heirs_ && !children_[index].done()) {
                heirs_->adopt(children_[index]);
            } else {
                children_[index].drop();
            }
        }
        return won;
    }

private:
    std::vector<Task<T>> tasks_;
    std::unique_ptr<Receiver<T>[]> children_;
    TaskGroup* heirs_;
};

// `tasks` is not empty.
template <class T>
Race<T> race(std::vector<Task<T>>&& tasks, TaskGroup* heirs = nullptr) {
    return {std::move(tasks), heirs};
}

}  // namespace sim
