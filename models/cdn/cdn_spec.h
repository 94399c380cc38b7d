// What can be said of a CDN: its locations, how they are kept apart and found. What is served from
// them under which rules is in cdn_behavior.h.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/caches/evictions.h"
#include "models/calls/policy.h"
#include "models/cdn/cdn_behavior.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct CdnHealthCheckSpec {
    static constexpr std::string_view name = "cdn_health_check";
    static constexpr std::string_view doc =
        "Heartbeats of the locations, without which users are led elsewhere.";
    sim::Duration interval = std::chrono::seconds(1);
    std::uint32_t threshold = 3;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("interval", &CdnHealthCheckSpec::interval,
                  at_least(sim::Duration(std::chrono::milliseconds(10))),
                  "Interval between two heartbeats of a location."),
            param("threshold", &CdnHealthCheckSpec::threshold, at_least(1u), at_most(1000u),
                  "Intervals without a heartbeat after which a location is taken out.")};
    }
};

struct CdnSpec {
    static constexpr std::string_view kind = "cdn";
    static constexpr std::string_view doc =
        "A CDN: edge locations near users, each with a cache of its own, in front of an origin. "
        "Its endpoints are its behaviors, \"purge\" (the item of the request) and \"purge_all\".";
    spec::CallRef calls;
    spec::Distribution<sim::Duration> latency;
    std::vector<PolicyChoice> policies;

    std::uint32_t locations = 1;
    sim::Bytes capacity{std::uint64_t{1} << 30};
    EvictionChoice eviction;
    std::uint32_t cores = 8;
    sim::Duration request_time{};
    bool collapse = true;
    std::uint64_t preload = 0;
    sim::Bytes object_size{100000};
    spec::Named<CdnBehaviorSpec> behaviors;
    sim::Duration purge_interval{};
    CdnHealthCheckSpec health_check;
    InstancePrice price{};

    static constexpr auto params() {
        using namespace spec;
        constexpr auto none = at_least(sim::Duration::zero());
        using Spec = CdnSpec;
        return std::tuple{
            required("calls", &Spec::calls,
                     "The origin, which is asked for what a location does not have; or another CDN "
                     "of fewer locations, its shield, which has a behavior of the same name."),
            param("latency", &Spec::latency,
                  "The network to the origin, one way, instead of the links there."),
            param("policies", &Spec::policies,
                  "Resilience policies of fetches from the origin: timeout, retry, circuit breaker "
                  "and so on."),
            param("locations", &Spec::locations, at_least(1u), at_most(10000u),
                  "Edge locations (points of presence), in the zones of the network's placement in "
                  "turn. Users are led to the one with the least round-trip time; without a "
                  "network all are as near, and users are spread over them."),
            param("capacity", &Spec::capacity, at_least(sim::Bytes{1}),
                  "Storage for objects, of each location."),
            param("eviction", &Spec::eviction,
                  "Eviction policy: which object goes when a location is full."),
            param("cores", &Spec::cores, at_least(1u), at_most(100000u), "Cores of each location."),
            param("request_time", &Spec::request_time, none,
                  "Time of a core for a request, whether or not the object is there."),
            param("collapse", &Spec::collapse,
                  "Request collapsing: whether concurrent misses of an object at a location share "
                  "one fetch."),
            param("preload", &Spec::preload, at_most(std::uint64_t{20000000}),
                  "Objects of the first behavior that every location has when the run begins, from "
                  "item 0, with ages spread evenly over the TTL."),
            param("object_size", &Spec::object_size, at_least(sim::Bytes{1}),
                  at_most(sim::Bytes{~std::uint32_t{0}}),
                  "Size of an object whose size nobody says."),
            param("behaviors", &Spec::behaviors,
                  "What is served, by path: each is an endpoint. Without any, all is served under "
                  "one, with the usual values."),
            param("purge_interval", &Spec::purge_interval, none,
                  "Interval at which each location asks for new purges. With 0s (the default) they "
                  "are sent to it at once."),
            param("health_check", &Spec::health_check,
                  "Heartbeats of the locations: which are taken out."),
            param("price", &Spec::price,
                  "Price of each location by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }

    static constexpr std::string_view kPurge = "purge", kPurgeAll = "purge_all";
    std::uint32_t instance_count() const { return locations; }
    // At least one.
    std::vector<CdnBehaviorSpec> rules() const;
    std::vector<std::string> endpoint_names() const;
    Abilities suffers() const;
    spec::Around around() const { return around_call(policies, latency); }
    void check(spec::Check& check) const;
};

}  // namespace models
