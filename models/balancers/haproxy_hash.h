// HAProxy's `balance url_param`, `hdr`, `uri` or `source`: a hash of something in the request,
// looked up in a map of servers or on a ring (proxy.cfg's `hash-type`).
//
// Text is hashed by sdbm, an address is its own hash. map-based takes it modulo the total weight,
// without mixing it, so keys that are numbered one after another take turns (lb_map.c). consistent
// has 16 points a unit of weight and takes the nearest, on either side (lb_chash.c); unlike Envoy's
// and nginx's rings, where the next one has the key.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/hashing.h"
#include "models/context.h"

namespace models {

enum class HaproxyHashType { map_based, consistent };

constexpr auto names_of(HaproxyHashType) {
    return std::array{
        spec::Word{"map_based", HaproxyHashType::map_based, "The hash modulo the total weight."},
        spec::Word{"consistent", HaproxyHashType::consistent,
                   "Consistent hashing: the nearest point on a ring."}};
}

class HaproxyHash final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "haproxy_hash";
        static constexpr std::string_view doc =
            "A hash of the request, in a map of servers or on a ring (HAProxy).";
        HashOn on = HashOn::key;
        HaproxyHashType hash_type = HaproxyHashType::map_based;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("on", &Spec::on, "What of a request is hashed."),
                              param("hash_type", &Spec::hash_type,
                                    "Whether the hash selects from a map of servers or a point on "
                                    "a ring (hash-type).")};
        }
    };

    HaproxyHash(const Spec& spec, const Context& context)
        : spec_(spec), hashed_(spec.on, context) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate>, const Request& request) override;

    // What it says of a text.
    std::size_t pick(std::string_view text) const;

private:
    struct Point {
        std::uint32_t hash;
        std::uint32_t index;
    };

    std::size_t find(std::uint32_t hash) const;
    std::size_t nearest(std::uint32_t hash) const;

    Spec spec_;
    HashedValue hashed_;
    std::vector<std::uint32_t> map_;
    std::vector<Point> points_;  // in order
};

}  // namespace models
