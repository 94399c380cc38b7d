// The causes of sim/outcome.h as scenarios write them.
#pragma once

#include <array>

#include "models/spec/declaration/spec.h"
#include "sim/outcome.h"

namespace sim {

constexpr auto names_of(Cause) {
    using models::spec::Word;
    return std::array{
        Word{"refused", Cause::refused, "Connection refused: nobody listens."},
        Word{"reset", Cause::reset,
             "Connection reset: the instance died while it served the request."},
        Word{"queue_full", Cause::queue_full, "The accept queue had no room."},
        Word{"no_connection", Cause::no_connection, "No connection came free in time."},
        Word{"timeout", Cause::timeout, "The caller's timeout was over."},
        Word{"fault", Cause::fault, "A step that fails by its own probability."},
        Word{"circuit_open", Cause::circuit_open, "A circuit breaker did not let it through."},
        Word{"rate_limited", Cause::rate_limited, "Over a rate limit (429)."},
        Word{"bulkhead_full", Cause::bulkhead_full, "Over a bulkhead's limit of calls in flight."},
        Word{"shed", Cause::shed, "Dropped by load shedding."},
        Word{"deadline", Cause::deadline, "The request's deadline had passed."},
        Word{"no_backend", Cause::no_backend, "No healthy instance to send it to."},
        Word{"not_found", Cause::not_found, "No route, or no such item."},
        Word{"lock_timeout", Cause::lock_timeout, "The lock wait timed out."},
        Word{"deadlock", Cause::deadlock, "Rolled back to resolve a deadlock."},
        Word{"unavailable", Cause::unavailable, "Too few replicas, no primary."},
        Word{"read_only", Cause::read_only, "A write, sent to a replica."},
        Word{"stale_token", Cause::stale_token,
             "A write with an old fencing token, whose lease has expired."},
        Word{"unauthorized", Cause::unauthorized, "Without a valid token of its sender (401)."}};
}

}  // namespace sim

namespace models {

using Causes = std::vector<sim::Cause>;

constexpr bool contains(const Causes& causes, sim::Cause cause) {
    for (const sim::Cause each : causes) {
        if (each == cause) return true;
    }
    return false;
}

}  // namespace models
