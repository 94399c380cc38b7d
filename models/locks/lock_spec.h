// What can be said of the locks that writes take.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

struct LockSpec {
    static constexpr std::string_view type_name = "locks";
    static constexpr std::string_view doc = "Locks on the rows that a write is about.";
    Times hold_time;
    std::uint32_t rows = 1;
    std::uint64_t among = 0;
    bool ordered = false;
    sim::Duration wait_timeout = std::chrono::seconds(50);
    bool detect_deadlocks = true;
    sim::Duration handover_time{};
    static constexpr auto params() {
        using namespace spec;
        using Spec = LockSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        return std::tuple{
            param("hold_time", &Spec::hold_time,
                  "Time from locking a row until locking the next, and from the last until the "
                  "commit. Row locks and the connection are held meanwhile."),
            param("rows", &Spec::rows, at_least(1u), at_most(1000u),
                  "Rows each write locks: its item, and others drawn from `among`."),
            param("among", &Spec::among,
                  "Number of items from which the other rows are drawn; fewer means more "
                  "contention."),
            param(
                "ordered", &Spec::ordered,
                "Whether all writes lock their rows in the same order, which prevents deadlocks."),
            param("wait_timeout", &Spec::wait_timeout, above(sim::Duration::zero()),
                  "How long a write waits for a row lock before it fails "
                  "(innodb_lock_wait_timeout, lock_timeout)."),
            param("detect_deadlocks", &Spec::detect_deadlocks,
                  "Deadlock detection: whether the write that closes a cycle of waits is rolled "
                  "back at once. If not, it waits for its timeout."),
            param("handover_time", &Spec::handover_time, none,
                  "Time from a row lock's release until the next waiter has it.")};
    }
    void check(spec::Check& check) const {
        check.that(rows == 1 || among > 0, "among", "the other rows have to be among some items",
                   "say among how many");
    }
};

}  // namespace models
