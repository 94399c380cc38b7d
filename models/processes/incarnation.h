// A process from one of its starts to the crash after it.
//
//     Incarnation mine(process);
//     co_await ...;
//     if (!mine.is_alive()) co_return;  // this code runs in no process any more
#pragma once

#include <cstdint>

#include "models/node.h"

namespace models {

class Incarnation {
public:
    // Of no instance: one that never dies.
    explicit Incarnation(const Instance* process) : process_(process) { begin(); }
    explicit Incarnation(const Instance& process) : Incarnation(&process) {}

    // From now on it is the one that there is.
    void begin() { born_ = times_down(); }
    bool is_alive() const { return process_ == nullptr || (process_->is_up() && !is_over()); }
    // The process has crashed since, and may be there again.
    bool is_over() const { return times_down() != born_; }

private:
    std::uint32_t times_down() const { return process_ == nullptr ? 0 : process_->times_down(); }

    const Instance* process_;
    std::uint32_t born_ = 0;
};

}  // namespace models
