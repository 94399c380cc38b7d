// How a request ended, why, and what its time went into.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sim {

enum class Outcome : std::uint8_t { succeeded, failed, rejected, timed_out };
inline constexpr std::array<std::string_view, 4> kOutcomeNames = {"succeeded", "failed", "rejected",
                                                                  "timed_out"};

// What ended a request that did not succeed, at the place where it went wrong.
enum class Cause : std::uint8_t {
    none,
    refused,        // nobody listens: the instance is down
    reset,          // the instance died while it was at work
    queue_full,     // the accept queue had no room
    no_connection,  // waited for a connection until the pool's timeout
    timeout,        // the caller gave up
    fault,          // a step that fails by its own probability
    circuit_open,   // a circuit breaker does not let it through
    rate_limited,   // over a limit of requests in a time
    bulkhead_full,  // over a limit of calls at a time
    shed,           // turned away, or dropped from a line, to save the others
    deadline,       // too late to be worth starting
    no_backend,     // no instance to choose from
    not_found,      // no route, or no such item
    lock_timeout,   // waited for a lock until the limit
    deadlock,       // rolled back to break a circle of waits
    unavailable,    // too few replicas, no primary
    cancelled,      // its caller did not want it any more
    read_only,      // a write, sent to a replica
    stale_token,    // a write under a lease that is over, refused by its fencing token
    unauthorized,   // without a valid token of who sends it
};
inline constexpr std::size_t kCauses = 21;
inline constexpr std::array<std::string_view, kCauses> kCauseNames = {
    "none",     "refused",     "reset",        "queue full",   "no connection",
    "timeout",  "fault",       "circuit open", "rate limited", "bulkhead full",
    "shed",     "deadline",    "no backend",   "not found",    "lock timeout",
    "deadlock", "unavailable", "cancelled",    "read only",    "stale token",
    "unauthorized"};
static_assert(!kCauseNames.back().empty());

enum class Spent : std::uint8_t {
    queueing,    // in line for a thread or a core
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
