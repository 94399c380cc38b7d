// A random way in: browsers' caches, a CDN and a gateway, in front of whatever is behind.
#pragma once

#include <algorithm>
#include <chrono>

#include "models/calls/circuit_breaker.h"
#include "models/cdn/browser_cache.h"
#include "models/cdn/cdn_spec.h"
#include "models/clients/open_loop.h"
#include "models/filters/api_key.h"
#include "models/filters/jwt.h"
#include "models/gateways/gateway_spec.h"
#include "models/spec/declaration/spec.h"

namespace swarm {

using models::spec::Random;

// Users of no segments, so nobody's token is told from others'; a key is one of a segment.
inline void without_segments(std::vector<models::FilterChoice>& filters) {
    std::erase_if(filters, [](const models::FilterChoice& each) {
        const auto* const jwt = each.as<models::Jwt::Spec>();
        return each.as<models::ApiKey::Spec>() != nullptr ||
               (jwt != nullptr && !(jwt->missing.empty() && jwt->invalid.empty()));
    });
}

inline models::GatewaySpec random_gateway(Random& random, sim::Draws& draws) {
    auto gateway = models::spec::random_value<models::GatewaySpec>(random);
    gateway.replicas = static_cast<std::uint32_t>(1 + draws.below(4));
    models::GatewayRoute route;
    route.filters = models::spec::random_value<models::GatewaySpec>(random).filters;
    route.path = "/api/**";
    route.strip_prefix = static_cast<std::uint32_t>(draws.below(3));
    route.to = models::spec::CallRef{{"web", ""}};
    gateway.routes = {route};
    bool has_breaker = false;
    for (auto* const filters : {&gateway.filters, &gateway.routes.front().filters}) {
        without_segments(*filters);
        for (const models::FilterChoice& each : *filters) {
            has_breaker = has_breaker || each.as<models::CircuitBreaker::Spec>() != nullptr;
        }
    }
    // Not every product has one.
    if (has_breaker) gateway.implementation = models::Implementation::spring_cloud_gateway;
    return gateway;
}

// Slices of no less than a hundredth of an object, so that a fetch ends.
inline models::CdnSpec random_cdn(Random& random, sim::Draws& draws) {
    auto cdn = models::spec::random_value<models::CdnSpec>(random);
    auto page = models::spec::random_value<models::CdnBehaviorSpec>(random);
    if (page.slice) {
        page.size = models::spec::Constant<sim::Bytes>{sim::Bytes{1000000}};
        page.slice = std::max(*page.slice, sim::Bytes{10000});
    }
    cdn.behaviors.entries = {{"page", page}};
    cdn.calls = models::spec::CallRef{{"gate", "/api/get"}};
    cdn.locations = static_cast<std::uint32_t>(1 + draws.below(5));
    cdn.preload = 0;
    const sim::Duration least = std::chrono::milliseconds(100);
    cdn.health_check.interval = std::max(cdn.health_check.interval, least);
    if (cdn.purge_interval > sim::Duration::zero()) {
        cdn.purge_interval = std::max(cdn.purge_interval, least);
    }
    return cdn;
}

inline models::OpenLoop::Spec visitors() {
    models::OpenLoop::Spec users;
    users.calls.list = {{}};
    users.calls.list.front().to = models::spec::CallRef{{"browsers", "page"}};
    users.rate.per_second = 20;
    return users;
}

inline models::BrowserCache::Spec random_browsers(Random& random) {
    auto browsers = models::spec::random_value<models::BrowserCache::Spec>(random);
    browsers.calls = models::spec::CallRef{{"edge", ""}};
    return browsers;
}

}  // namespace swarm
