#include <fmt/core.h>

#include "models/calls/adaptive_concurrency.h"
#include "models/calls/bulkhead.h"
#include "models/calls/circuit_breaker.h"
#include "models/calls/coalesce.h"
#include "models/calls/fallback.h"
#include "models/calls/rate_limiter.h"
#include "models/calls/retry.h"
#include "models/calls/timeout.h"
#include "models/filters/api_key.h"
#include "models/filters/compression.h"
#include "models/filters/jwt.h"
#include "models/filters/transform.h"

namespace models {

namespace {

// How long a filter that passes a request keeps a core, on average; none: it is a policy, whose
// means are another matter.
std::optional<double> core_seconds_of(const FilterChoice& filter) {
    if (const auto* jwt = filter.as<Jwt::Spec>()) return jwt->verify.build().mean();
    if (const auto* key = filter.as<ApiKey::Spec>()) return key->look_up.build().mean();
    if (const auto* transform = filter.as<Transform::Spec>()) {
        return transform->request.build().mean() + transform->response.build().mean();
    }
    return std::nullopt;
}

}  // namespace

const Filters::List& Filters::list() {
    static const List list =
        list_of(All<Jwt, ApiKey, Transform, Compression, RateLimiter, CircuitBreaker, Retry,
                    Timeout, Bulkhead, Fallback, Coalesce, AdaptiveConcurrency>());
    return list;
}

void find_audiences(const std::vector<FilterChoice>& filters, const std::string& pointer,
                    std::vector<Audience>& found) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
        const std::string at = fmt::format("{}/{}", pointer, i);
        if (const auto* jwt = filters[i].as<Jwt::Spec>()) {
            found.push_back({at + "/missing", &jwt->missing, Audience::Of::segments});
            found.push_back({at + "/invalid", &jwt->invalid, Audience::Of::segments});
        }
        if (const auto* key = filters[i].as<ApiKey::Spec>()) {
            found.push_back({at + "/keys", &key->keys, Audience::Of::segments});
        }
    }
}

void add_cost_of(const std::vector<FilterChoice>& filters, Cost& cost, Costing& costing) {
    for (const FilterChoice& filter : filters) {
        if (const auto seconds = core_seconds_of(filter)) {
            cost.add_work(*seconds, 0);
        } else {
            costing.note(fmt::format("what its filter {} adds or takes away is left out here.",
                                     filter.kind()));
        }
    }
}

}  // namespace models
