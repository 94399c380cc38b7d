// Which status a gateway answers with for a service that did not answer.
//
// Sources: Spring Cloud Gateway's NettyRoutingFilter passes a ConnectException on, which Spring
// WebFlux answers with 500, and ReactiveLoadBalancerClientFilter throws a NotFoundException with
// 503; nginx's ngx_http_upstream.c (NGX_HTTP_BAD_GATEWAY, NGX_HTTP_GATEWAY_TIME_OUT); Envoy's
// response flags UF, UC, UH and UT; http-proxy-middleware's onError, which says what it likes. The
// status of a cause is in causes.h.
#pragma once

#include "models/causes.h"
#include "models/gateways/gateway_spec.h"
#include "models/request.h"

namespace models {

inline Response as_answered_by(Implementation gateway, Response response) {
    const Cause cause = response.cause;
    const bool is_broken = cause == cause::refused || cause == cause::reset;
    const bool has_nobody = cause == cause::no_backend || cause == cause::unresolved;
    if (response.ok() || !(is_broken || has_nobody)) return response;
    switch (gateway) {
        case Implementation::spring_cloud_gateway:
            response.cause = is_broken ? cause::no_connection : cause::unavailable;
            break;
        case Implementation::nginx:
            response.cause = cause::refused;
            break;
        case Implementation::envoy:
        case Implementation::express:
            response.cause = cause::unavailable;
            break;
    }
    response.outcome = Outcome::failed;
    return response;
}

}  // namespace models
