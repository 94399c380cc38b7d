// The causes of sim/outcome.h as scenarios write them.
#pragma once

#include <array>

#include "models/spec/spec.h"
#include "sim/outcome.h"

namespace sim {

constexpr auto names_of(Cause) {
    using models::spec::Word;
    return std::array{
        Word{"refused", Cause::refused, "Nobody listens."},
        Word{"reset", Cause::reset, "The instance died while it was at work."},
        Word{"queue_full", Cause::queue_full, "The accept queue had no room."},
        Word{"no_connection", Cause::no_connection, "No connection came free in time."},
        Word{"timeout", Cause::timeout, "The caller gave up."},
        Word{"fault", Cause::fault, "A step that fails by its own probability."},
        Word{"circuit_open", Cause::circuit_open, "A circuit breaker did not let it through."},
        Word{"rate_limited", Cause::rate_limited, "Over a limit of requests in a time."},
        Word{"bulkhead_full", Cause::bulkhead_full, "Over a limit of calls at a time."},
        Word{"shed", Cause::shed, "Turned away to save the others."},
        Word{"deadline", Cause::deadline, "Too late to be worth starting."},
        Word{"no_backend", Cause::no_backend, "No instance to choose from."},
        Word{"not_found", Cause::not_found, "No route, or no such item."},
        Word{"lock_timeout", Cause::lock_timeout, "Waited for a lock until the limit."},
        Word{"deadlock", Cause::deadlock, "Rolled back to break a circle of waits."},
        Word{"unavailable", Cause::unavailable, "Too few replicas, no primary."},
        Word{"read_only", Cause::read_only, "A write, sent to a replica."},
        Word{"stale_token", Cause::stale_token,
             "A write under a lock, of a holder whose lease is over."}};
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
