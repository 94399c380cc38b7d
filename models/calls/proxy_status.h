// What a proxy answers with when a target has failed it, or when it has none: which HTTP status,
// and so which cause its callers see. Each product has its own.
//
//                      nginx  HAProxy  Envoy  Spring Cloud Gateway  ALB  Express
//     refused           502     503     503           500           502     503
//     reset             502     502     503           500           502     503
//     timeout           504     504     504           504           504     504
//     no target         502     503     503           503           503     503
//     queue full        502     503     503            -             -       -
//     queue timeout     502     503     504            -             -       -
//     its limiter       503     429     429           429            -      429
//     its breaker open   -       -      503           503            -      503
//     retries exhausted: the status of the last try
//
// models/pools/README.md has the sources. What a target answers by itself goes through as it is:
// an application whose own database is down is there, and answers 500 (Response::by_application).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/service.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class Proxy : std::uint8_t { nginx, haproxy, envoy, spring_cloud_gateway, alb, express };
// Those that can be a pool's.
constexpr auto names_of(Proxy) {
    return std::array{
        spec::Word{"nginx", Proxy::nginx, "nginx: 502, with 504 for a timeout."},
        spec::Word{"haproxy", Proxy::haproxy,
                   "HAProxy: 503 where no connection was made, 502 for a broken answer, 504."},
        spec::Word{"envoy", Proxy::envoy, "Envoy: 503 for all but a timeout, 504."},
        spec::Word{"spring_cloud_gateway", Proxy::spring_cloud_gateway,
                   "Spring Cloud Gateway: 500 for a connection that failed, 503 without an "
                   "instance, 504."},
        spec::Word{"alb", Proxy::alb,
                   "AWS Application Load Balancer: 502, 504, and 503 without a "
                   "target."}};
}

// How a request ends that no target has answered.
enum class ProxyFailure : std::uint8_t {
    refused,
    reset,
    timeout,
    no_target,
    queue_full,
    queue_timeout,
    limited,
    breaker_open
};
inline constexpr std::size_t kProxyFailures = 8;

// 0: the product has no such thing.
inline constexpr std::array<std::array<int, kProxyFailures>, 6> kProxyStatus = {{
    {502, 502, 504, 502, 502, 502, 503, 0},    // nginx
    {503, 502, 504, 503, 503, 503, 429, 0},    // HAProxy
    {503, 503, 504, 503, 503, 504, 429, 503},  // Envoy
    {500, 500, 504, 503, 0, 0, 429, 503},      // Spring Cloud Gateway
    {502, 502, 504, 503, 0, 0, 0, 0},          // ALB
    {503, 503, 504, 503, 0, 0, 429, 503},      // Express, with http-proxy-middleware
}};

constexpr int status_of(Proxy proxy, ProxyFailure failure) {
    return kProxyStatus[static_cast<std::size_t>(proxy)][static_cast<std::size_t>(failure)];
}

// The cause that says the same as that status, and no more: what a caller learns. An error that
// has its cause's status already keeps it.
constexpr Cause cause_with(int status, Cause own) {
    const int has = kCauses[static_cast<std::size_t>(own)].status;
    if (status == 0 || status == has) return own;
    switch (status) {
        case 500:
            return cause::fault;
        case 502:
            return cause::refused;
        case 504:
            return cause::timeout;
        case 429:
            return cause::rate_limited;
        default:
            return own == cause::rate_limited ? cause::shed : cause::unavailable;
    }
}

constexpr Cause answered_by(Proxy proxy, ProxyFailure failure, Cause own) {
    return cause_with(status_of(proxy, failure), own);
}

// How a connection fails, or the search for whom to connect to.
constexpr bool is_of_connection(Cause cause) {
    return cause == cause::refused || cause == cause::reset || cause == cause::no_backend ||
           cause == cause::unresolved;
}

// An error that its target answers with has the status of its cause; where it is there and could
// not connect to others, that is an error of its own (500).
inline Cause seen_from_outside(const Response& response) {
    const bool is_own =
        response.by_application && !response.by_proxy && is_of_connection(response.cause);
    return is_own ? cause::fault : response.cause;
}

}  // namespace models
