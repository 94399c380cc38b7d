// What is wrong with a target's answer, in the words that nginx and Envoy have for it.
#pragma once

#include <array>
#include <optional>

#include "metrics/names.h"
#include "models/calls/proxy_status.h"
#include "models/service.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class ErrorClass : std::uint8_t { error, timeout, http_500, http_503, http_429, http_404 };

constexpr auto names_of(ErrorClass) {
    return std::array{
        spec::Word{"error", ErrorClass::error, "Refused, or reset before the answer."},
        spec::Word{"timeout", ErrorClass::timeout, "No answer within the timeout."},
        spec::Word{"http_500", ErrorClass::http_500, "The target answered with an error (500)."},
        spec::Word{"http_503", ErrorClass::http_503,
                   "The target had no room, or shed the request (503)."},
        spec::Word{"http_429", ErrorClass::http_429,
                   "The target limits the rate of requests (429)."},
        spec::Word{"http_404", ErrorClass::http_404, "The target has no such item (404)."}};
}

inline std::optional<ErrorClass> error_class_of(const Response& response) {
    if (response.ok()) return std::nullopt;
    switch (
        metrics::http_status(response.outcome, sim::row_of(kCauses, seen_from_outside(response)))) {
        case 502:
            return ErrorClass::error;
        case 504:
            return ErrorClass::timeout;
        case 503:
            return ErrorClass::http_503;
        case 429:
            return ErrorClass::http_429;
        case 404:
            return ErrorClass::http_404;
        default:
            return response.outcome == Outcome::timed_out ? ErrorClass::timeout
                                                          : ErrorClass::http_500;
    }
}

// What says something about the health of the target, and not about the request.
inline bool is_5xx(std::optional<ErrorClass> error_class) {
    return error_class && *error_class != ErrorClass::http_429 &&
           *error_class != ErrorClass::http_404;
}

// 502, 503 and 504: there was no answer of the application's own.
inline bool is_gateway_failure(std::optional<ErrorClass> error_class) {
    return is_5xx(error_class) && *error_class != ErrorClass::http_500;
}

}  // namespace models
