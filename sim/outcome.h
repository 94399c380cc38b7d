// How a request ended, why, and what its time went into.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sim {

enum class Outcome : std::uint8_t { succeeded, failed, rejected, timed_out };
inline constexpr std::array<std::string_view, 4> kOutcomeNames = {"succeeded", "failed", "rejected",
                                                                  "timed_out"};

// What ended a request that did not succeed, at the place where it went wrong: a number. Which
// causes there are, the models say (CauseRow).
enum class Cause : std::uint8_t { none };
inline constexpr std::size_t kMostCauses = 32;

// What can be concluded from a cause alone.
enum class CauseKind : std::uint8_t {
    nothing,
    nobody_was_there,    // no resource has refused the request
    it_took_too_long,    // whatever it went into
    others_failed_here,  // a consequence of earlier failures, which say more
    the_work_failed,     // at the node itself, whatever it could have
};

// What reports want of a cause; a recording has a table of them, by number. Texts outlive it.
struct CauseRow {
    std::string_view name;  // in words
    CauseKind says = CauseKind::nothing;
    int status = 0;  // the number that an answer with it carries; 0: that of its outcome
};
using CauseTable = std::span<const CauseRow>;

inline const CauseRow& row_of(CauseTable causes, Cause cause) {
    static constexpr CauseRow kUnknown{"unknown"};
    const auto index = static_cast<std::size_t>(cause);
    return index < causes.size() ? causes[index] : kUnknown;
}

enum class Spent : std::uint8_t {
    queueing,    // in line to be served
    service,     // at work, or waiting as a step says
    connection,  // in line for a connection
    lock,        // in line for a lock
    calling,     // waiting for other nodes
    network,
};
inline constexpr std::size_t kSpents = 6;
inline constexpr std::array<std::string_view, kSpents> kSpentNames = {
    "queueing", "service", "connection", "lock", "calling", "network"};

}  // namespace sim
