// Which status a gateway answers with: for a service that did not answer, and for what its own
// filters refuse. The table is in calls/proxy_status.h, sources in models/pools/README.md.
#pragma once

#include <optional>

#include "models/calls/proxy_status.h"

namespace models {

// Of what was not answered by anybody.
constexpr std::optional<ProxyFailure> failure_of(Cause cause) {
    if (cause == cause::refused) return ProxyFailure::refused;
    if (cause == cause::reset) return ProxyFailure::reset;
    if (cause == cause::timeout) return ProxyFailure::timeout;
    if (cause == cause::no_backend || cause == cause::unresolved) return ProxyFailure::no_target;
    if (cause == cause::rate_limited) return ProxyFailure::limited;
    if (cause == cause::circuit_open) return ProxyFailure::breaker_open;
    return std::nullopt;
}

// Of an answer to a call of the gateway's: who cannot be reached has not answered, whoever has any
// other trouble has.
inline void note_answered(Response& response) {
    if (!response.is_answered() && !is_of_connection(response.cause) &&
        response.outcome != Outcome::timed_out) {
        response.by_application = true;
    }
}

// An error, as it leaves the gateway.
inline Response as_answered_by(Proxy gateway, Response response) {
    const auto failure = failure_of(response.cause);
    if (response.is_answered()) {
        response.cause = seen_from_outside(response);
    } else if (failure) {
        response.cause = answered_by(gateway, *failure, response.cause);
    }
    response.by_proxy = true;
    return response;
}

}  // namespace models
