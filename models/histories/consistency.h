// Which of its promises a store has broken, from a history of what its clients saw.
//
// Every write has a version of its own, so each read says which write it saw, and what is hard in
// general takes n log n (Gibbons and Korach, "Testing shared memories", 1997; Papadimitriou 1979
// has the other case). Items are registers that do not know of each other, so each is checked alone
// (Herlihy and Wing, 1990).
//
//     linearizable        all operations of an item fit one order that keeps to real time
//     monotonic reads     nobody reads what is older than what he has read
//     read your writes    nobody reads what is older than what he has written
//     monotonic writes    of two writes of one person nobody sees the first after the second
//     convergent          long enough after the last write all readers see the same
//
// It errs on the side of the store. A write whose answer did not come may have happened at any time
// after it was sent, or never; a version that no known write has is somebody's who was not listened
// to. What begins at the very instant at which another ends is taken to overlap it. "Older" is what
// real time says (the write was over before the other began), or the session itself (it has seen
// one after the other).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/histories/history.h"

namespace models {

enum class Promise : std::uint8_t {
    linearizable,
    monotonic_reads,
    read_your_writes,
    monotonic_writes,
    convergent
};

struct Violation {
    Promise promise;
    sim::Time at;  // when the operation began that shows it
    std::uint64_t key;
    std::string how;
};

struct Consistency {
    std::uint64_t operations = 0;
    std::uint64_t unknown_writes = 0;
    // At most one an item of linearizable and convergent; else one for each read. In order of time.
    std::vector<Violation> violations;

    std::uint64_t broken(Promise promise) const;
};

Consistency check_history(const History& history, sim::Duration settle);

}  // namespace models
