// What can be said of a gateway: its routes, its filters, and what it is made of.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/audience.h"
#include "models/calls/proxy_status.h"
#include "models/filters/filter.h"
#include "models/path_pattern.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

// Whose statuses it has for a service that does not answer, and for its own limits and breakers.
// (What a service answers itself is passed on.)
enum class Implementation : std::uint8_t { spring_cloud_gateway, nginx, haproxy, envoy, express };

constexpr auto names_of(Implementation) {
    using spec::Word;
    return std::array{
        Word{"spring_cloud_gateway", Implementation::spring_cloud_gateway,
             "Spring Cloud Gateway: 500 for a connection that is refused or reset, 503 when the "
             "load balancer has no instance, 504 for a timeout."},
        Word{"nginx", Implementation::nginx,
             "nginx: 502 for a connection that is refused or reset, and when there are no live "
             "upstreams; 504 for a timeout; 503 over its limit. It has no circuit breaker."},
        Word{"haproxy", Implementation::haproxy,
             "HAProxy: 503 for a connection that is refused, and when no server is up; 502 for one "
             "that is reset; 504 for a timeout; 429 over its limit. It has no circuit breaker."},
        Word{"envoy", Implementation::envoy,
             "Envoy: 503 for a connection that is refused (UF) or reset (UC), and without a "
             "healthy host (UH); 504 for a timeout."},
        Word{"express", Implementation::express,
             "Express with http-proxy-middleware and an onError handler that answers 503, "
             "whatever has happened."}};
}

struct GatewayRoute {
    static constexpr std::string_view type_name = "gateway_route";
    static constexpr std::string_view doc =
        "A route of a gateway: which paths go to which node, and by which filters.";
    std::string path;
    std::string name;
    std::uint32_t strip_prefix = 0;
    std::vector<FilterChoice> filters;
    spec::CallRef to;
    Times latency;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("path", &GatewayRoute::path,
                     "Paths of the route: \"/api/users/**\" is all below it, and {id}, :id or * "
                     "one segment. The first route that fits is taken."),
            param("name", &GatewayRoute::name,
                  "Name of the route in figures. Without one, its path: /api/users/** is "
                  "api_users."),
            param("strip_prefix", &GatewayRoute::strip_prefix, at_most(100u),
                  "Segments that are taken from the front of the path before it is passed on: "
                  "with 2, /api/users/7 becomes /7."),
            param("filters", &GatewayRoute::filters, "Filters of this route, after the gateway's."),
            required("to", &GatewayRoute::to,
                     "The node, which gets the path as its endpoint (with or without the first "
                     "slash; its first endpoint, if it has none of that name), or "
                     "\"node.endpoint\"."),
            param("latency", &GatewayRoute::latency,
                  "The network to the node, one way, instead of the links there.")};
    }
    std::string title() const;
    spec::Around around() const { return around_way(latency); }
    void check(spec::Check& check) const;
};

struct GatewaySpec {
    static constexpr std::string_view kind = "gateway";
    static constexpr std::string_view doc =
        "An API gateway: routes requests by path to the nodes behind it, through filters for "
        "authentication, limits, resilience, transformation and compression.";
    std::vector<GatewayRoute> routes;
    std::vector<FilterChoice> filters;
    Implementation implementation = Implementation::spring_cloud_gateway;
    std::uint32_t replicas = 1;
    std::uint32_t cores = 2;
    Times work = spec::Constant<sim::Duration>{std::chrono::microseconds(80)};
    std::uint32_t connections = 10000;
    sim::Duration takeover = std::chrono::seconds(10);
    InstancePrice price{};
    static constexpr auto params() {
        using namespace spec;
        using Spec = GatewaySpec;
        return std::tuple{
            required("routes", &Spec::routes, not_empty(),
                     "Routes by path, of which the first that fits is taken. A path that none "
                     "fits is answered with 404."),
            param("filters", &Spec::filters,
                  "Filters of every request, in this order, before the path is routed: a limiter "
                  "before a jwt sees addresses, behind it users."),
            param("implementation", &Spec::implementation,
                  "Whose statuses it answers with for a node that does not answer, and for its own "
                  "limits and breakers (models/pools/README.md has the table)."),
            param("replicas", &Spec::replicas, at_least(1u), at_most(1000u),
                  "Number of gateways. Who calls the node itself gets to each in turn."),
            param("cores", &Spec::cores, at_least(1u), at_most(1024u), "Cores of each gateway."),
            param("work", &Spec::work,
                  "Core time of a gateway for each request, both ways, without its filters. nginx "
                  "and Envoy take 70 to 80us."),
            param("connections", &Spec::connections, at_least(1u),
                  "Most requests in flight at a gateway; more are rejected."),
            param("takeover", &Spec::takeover, at_least(sim::Duration::zero()),
                  "Time from a gateway's crash until its share goes to the others. Until then "
                  "these requests are refused."),
            param("price", &Spec::price,
                  "Price of each gateway by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
    std::uint32_t instance_count() const { return replicas; }
    Abilities suffers() const;
    std::vector<std::string> endpoint_names() const;
    std::vector<Audience> audiences() const;
    // The first that fits.
    std::optional<std::size_t> route_of(std::string_view path) const;
    Proxy product() const;
    void check(spec::Check& check) const;

private:
    void check_breakers(const std::vector<FilterChoice>& all, const std::string& where,
                        spec::Check& check) const;
};

}  // namespace models
