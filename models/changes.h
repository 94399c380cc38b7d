// What is committed at a database, for those who follow it: in the order of its log, when and where
// it happens.
#pragma once

#include <cstdint>

#include "sim/task.h"

namespace models {

// Rows that are no item's: those of outboxes, and what is remembered as done. Each has a number of
// its own above this one.
inline constexpr std::uint64_t kOwnRows = std::uint64_t{1} << 63U;
constexpr bool is_item(std::uint64_t key) {
    return key < kOwnRows;
}

// A write that is committed.
struct Change {
    std::uint64_t position;   // where its transaction ends in the log, in bytes; 0: there is none
    std::uint64_t key;        // of the row
    std::uint64_t operation;  // of the request that wrote it, or its identity
    std::uint32_t user;
};

class Follower {
public:
    virtual void committed(const Change& change) = 0;
    // It was written in a transaction that is rolled back.
    virtual void rolled_back(std::uint64_t /*key*/) {}
    // A query about that row is answered: with what is committed now.
    virtual void read(std::uint64_t /*key*/) {}
    // A crash took it, as it was not on disk. The newest is told first.
    virtual void taken_back(const Change&) {}
    virtual void crashed() {}

protected:
    ~Follower() = default;
};

class Changes {
public:
    // From now on. Before the run.
    virtual void follow(Follower& follower) = 0;
    // Up to where the log is on disk.
    virtual std::uint64_t flushed() const = 0;
    // Ends when it is on disk up to there; false: the machine died.
    virtual sim::Task<bool> flushed_to(std::uint64_t position) = 0;

protected:
    ~Changes() = default;
};

}  // namespace models
