#include "models/gateways/gateway_spec.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/calls/circuit_breaker.h"
#include "models/calls/word.h"
#include "models/gateways/gateway_instance.h"

namespace models {

// "/api/users/**" is api_users, "/" is root.
std::string GatewayRoute::title() const {
    if (!name.empty()) return name;
    std::string word;
    for (const char c : path) {
        const bool fits =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (fits) {
            word += c;
        } else if (!word.empty() && word.back() != '_') {
            word += '_';
        }
    }
    while (!word.empty() && word.back() == '_') word.pop_back();
    return word.empty() ? "root" : word;
}

void GatewayRoute::check(spec::Check& check) const {
    check.that(paths::is_path(path), "path", fmt::format("\"{}\" is no path", path),
               fmt::format("begin with a slash: \"/{}\"", path));
    const std::size_t all = path.find("**");
    check.that(all == std::string::npos || (path.ends_with("/**") && all + 2 == path.size()),
               "path", "** stands for all that follows, so it is the last segment",
               "write * for one segment in between");
    check.that(name.empty() || is_word(name), "name", "a measure's name is letters, digits and _");
}

Proxy GatewaySpec::product() const {
    switch (implementation) {
        case Implementation::nginx:
            return Proxy::nginx;
        case Implementation::haproxy:
            return Proxy::haproxy;
        case Implementation::envoy:
            return Proxy::envoy;
        case Implementation::express:
            return Proxy::express;
        case Implementation::spring_cloud_gateway:
            break;
    }
    return Proxy::spring_cloud_gateway;
}

void GatewaySpec::check_breakers(const std::vector<FilterChoice>& all, const std::string& where,
                                 spec::Check& check) const {
    if (status_of(product(), ProxyFailure::breaker_open) != 0) return;
    for (std::size_t i = 0; i < all.size(); ++i) {
        check.that(all[i].kind() != CircuitBreaker::Spec::kind, fmt::format("{}/{}", where, i),
                   "the product of \"implementation\" has no circuit breaker",
                   "leave it out, or choose another implementation");
    }
}

// What needs no core time cannot be slowed.
Abilities GatewaySpec::suffers() const {
    const Abilities all = abilities_of<GatewayInstance>();
    return work.build().mean() > 0 ? all : all.without(Abilities::slowness());
}

std::vector<std::string> GatewaySpec::endpoint_names() const {
    std::vector<std::string> names;
    for (const GatewayRoute& route : routes) names.push_back(route.path);
    names.emplace_back(kUnroutedPath);
    return names;
}

std::vector<Audience> GatewaySpec::audiences() const {
    std::vector<Audience> all;
    find_audiences(filters, "/filters", all);
    for (std::size_t i = 0; i < routes.size(); ++i) {
        find_audiences(routes[i].filters, fmt::format("/routes/{}/filters", i), all);
    }
    return all;
}

std::optional<std::size_t> GatewaySpec::route_of(std::string_view path) const {
    const auto found = std::ranges::find_if(
        routes, [&](const GatewayRoute& route) { return paths::fits(route.path, path); });
    if (found == routes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - routes.begin());
}

void GatewaySpec::check(spec::Check& check) const {
    check_breakers(filters, "filters", check);
    for (std::size_t i = 0; i < routes.size(); ++i) {
        check_breakers(routes[i].filters, fmt::format("routes/{}/filters", i), check);
    }
    for (std::size_t i = 0; i < routes.size(); ++i) {
        if (!paths::is_path(routes[i].path)) continue;
        const std::size_t first = route_of(routes[i].path).value_or(i);
        if (first < i) {
            check.that(
                false, "routes",
                fmt::format("no request gets to \"{}\": the route \"{}\" before it takes them "
                            "all",
                            routes[i].path, routes[first].path),
                "put the more specific path first");
            continue;
        }
        const auto same = std::ranges::find(routes, routes[i].title(), &GatewayRoute::title);
        check.that(same - routes.begin() == static_cast<std::ptrdiff_t>(i), "routes",
                   fmt::format("two routes are called \"{}\" in figures", routes[i].title()),
                   "give one of them a \"name\"");
    }
}

}  // namespace models
