// The causes of models/causes.h as scenarios write them.
#pragma once

#include <array>

#include "models/causes.h"
#include "models/spec/declaration/spec.h"

namespace sim {

constexpr auto names_of(Cause) {
    namespace cause = models::cause;
    using models::spec::Word;
    return std::array{
        Word{"refused", cause::refused, "Connection refused: nobody listens."},
        Word{"reset", cause::reset,
             "Connection reset: the instance died while it served the request."},
        Word{"queue_full", cause::queue_full, "The accept queue had no room."},
        Word{"no_connection", cause::no_connection, "No connection came free in time."},
        Word{"timeout", cause::timeout, "The caller's timeout was over."},
        Word{"fault", cause::fault, "A step that fails by its own probability."},
        Word{"circuit_open", cause::circuit_open, "A circuit breaker did not let it through."},
        Word{"rate_limited", cause::rate_limited, "Over a rate limit (429)."},
        Word{"bulkhead_full", cause::bulkhead_full, "Over a bulkhead's limit of calls in flight."},
        Word{"shed", cause::shed, "Dropped by load shedding."},
        Word{"deadline", cause::deadline, "The request's deadline had passed."},
        Word{"no_backend", cause::no_backend, "No healthy instance to send it to."},
        Word{"not_found", cause::not_found, "No route, or no such item."},
        Word{"lock_timeout", cause::lock_timeout, "The lock wait timed out."},
        Word{"deadlock", cause::deadlock, "Rolled back to resolve a deadlock."},
        Word{"unavailable", cause::unavailable, "Too few replicas, no primary."},
        Word{"read_only", cause::read_only, "A write, sent to a replica."},
        Word{"stale_token", cause::stale_token,
             "A write with an old fencing token, whose lease has expired."},
        Word{"unauthorized", cause::unauthorized, "Without a valid token of its sender (401)."},
        Word{"forbidden", cause::forbidden,
             "Its sender may not have it: a signed URL is missing or has expired (403)."},
        Word{"out_of_memory", cause::out_of_memory, "A store had no memory for the write."},
        Word{"disk_full", cause::disk_full, "A write that found no room on a disk."}};
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
