// What can be said of the locks that writes take.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/spec/spec.h"
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
                  "From having a row until the next is wanted, and after the last until the "
                  "commit; the connection is held as well."),
            param("rows", &Spec::rows, at_least(1u), at_most(1000u),
                  "Rows a write is about: its item, and others drawn from `among`."),
            param("among", &Spec::among, "Items that the other rows are among."),
            param("ordered", &Spec::ordered,
                  "Whether all lock their rows in one order, which leaves no deadlocks."),
            param("wait_timeout", &Spec::wait_timeout, above(sim::Duration::zero()),
                  "How long one waits for a row (innodb_lock_wait_timeout, lock_timeout)."),
            param("detect_deadlocks", &Spec::detect_deadlocks,
                  "Whether whoever closes a circle of waits is rolled back at once."),
            param("handover_time", &Spec::handover_time, none,
                  "From a row's release until the next in line is awake.")};
    }
    void check(spec::Check& check) const {
        check.that(rows == 1 || among > 0, "among", "the other rows have to be among some items",
                   "say among how many");
    }
};

}  // namespace models
