// What can be said of a CDN: its locations, how they are kept apart and found, and what is served
// from them under which rules.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/caches/evictions.h"
#include "models/calls/policy.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"

namespace models {

// How a new content of an object becomes known to caches that have the old one.
enum class ObjectNames { plain, versioned };
constexpr auto names_of(ObjectNames) {
    return std::array{
        spec::Word{"plain", ObjectNames::plain,
                   "An object keeps its name: caches have the old one until its TTL is over or it "
                   "is purged."},
        spec::Word{"versioned", ObjectNames::versioned,
                   "Each version has a name of its own (a hash or a date in the file name), which "
                   "whoever refers to it knows when the write is acknowledged: it is a new entry, "
                   "and the old one is never asked for again."}};
}

// URLs that are valid for a time and for whoever has them.
struct SignedUrlsSpec {
    static constexpr std::string_view name = "signed_urls";
    static constexpr std::string_view doc =
        "Signed URLs: a location checks the signature and when it expires before it answers.";
    sim::Duration valid_for = std::chrono::hours(1);
    spec::Distribution<sim::Duration> age;
    sim::Fraction unsigned_requests{};
    sim::Duration check_time{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("valid_for", &SignedUrlsSpec::valid_for, above(sim::Duration::zero()),
                  "How long a URL is valid after it was signed."),
            param("age", &SignedUrlsSpec::age,
                  "Age of the URLs that are asked for: time since they were signed. With 0s (the "
                  "default) they are new."),
            param("unsigned_requests", &SignedUrlsSpec::unsigned_requests,
                  "Share of the requests that come without a signature (hotlinks)."),
            param("check_time", &SignedUrlsSpec::check_time, at_least(sim::Duration::zero()),
                  "Time of a core for the check of a signature.")};
    }
};

// As a cache behaviour of Amazon CloudFront, or a location of nginx: what is asked for under one
// path, and what holds for it.
struct CdnBehaviorSpec {
    static constexpr std::string_view name = "cdn_behavior";
    static constexpr std::string_view doc =
        "How a CDN treats what is under one path: for how long it is fresh, how large it is, who "
        "may have it.";
    sim::Duration ttl = std::chrono::hours(24);
    sim::Duration stale_while_revalidate{};
    sim::Duration stale_if_error{};
    ObjectNames names = ObjectNames::plain;
    std::optional<spec::Distribution<sim::Bytes>> size;
    std::optional<SignedUrlsSpec> signed_urls;
    static constexpr auto params() {
        using namespace spec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr auto most = at_most(sim::Duration(std::chrono::hours(24 * 365)));
        using Spec = CdnBehaviorSpec;
        return std::tuple{
            param("ttl", &Spec::ttl, none, most,
                  "Time to live (max-age, s-maxage): how long an object is fresh at a location "
                  "after it was fetched. With 0s nothing is kept."),
            param("stale_while_revalidate", &Spec::stale_while_revalidate, none, most,
                  "How long after its TTL an object is still served while it is being fetched anew "
                  "(RFC 5861)."),
            param("stale_if_error", &Spec::stale_if_error, none, most,
                  "How long after its TTL an object is still served if the fetch of it fails (RFC "
                  "5861)."),
            param("names", &Spec::names, "What a new version of an object is called."),
            param("size", &Spec::size,
                  "Size of an object, drawn once for each. Without it, that of the origin's "
                  "answer."),
            param("signed_urls", &Spec::signed_urls,
                  "Signed URLs are needed; who has none, or one that has expired, is refused "
                  "(403). Without it everybody may have what is there.")};
    }
    bool keeps() const { return ttl > sim::Duration::zero(); }
    // How long after its TTL an object may still be of use.
    sim::Duration longer() const { return std::max(stale_while_revalidate, stale_if_error); }
    void check(spec::Check& check) const {
        check.that(keeps() || longer() == sim::Duration::zero(), "ttl",
                   "with a ttl of 0s nothing is kept that could be served stale",
                   "give it a ttl, or leave the stale times out");
    }
};

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
                  "Room that an object takes whose size nobody says."),
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
