// HAProxy's `balance url_param`, `hdr`, `uri` or `source`: a hash of something in the request,
// looked up in a map of servers or on a ring (proxy.cfg's `hash-type`).
//
// Text is hashed by sdbm, an address is its own hash. map-based takes it modulo the total weight,
// without mixing it, so keys that are numbered one after another take turns (lb_map.c). consistent
// takes the nearest point on a ring (haproxy_ring.h), or with hash-balance-factor the next one from
// there on whose server has not more than that percentage of the mean.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/haproxy_ring.h"
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
        double hash_balance_factor = 0;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("on", &Spec::on, "What of a request is hashed."),
                              param("hash_type", &Spec::hash_type,
                                    "Whether the hash selects from a map of servers or a point on "
                                    "a ring (hash-type)."),
                              param("hash_balance_factor", &Spec::hash_balance_factor,
                                    at_least(0.0), at_most(65535.0),
                                    "Consistent hashing only: requests a server may have, in "
                                    "percent of the mean; beyond it the next one on the ring takes "
                                    "them. With 0 (the default) there is no limit.")};
        }
        bool places_by_hash() const { return hash_balance_factor == 0; }
        void check(spec::Check& check) const {
            const bool is_ring = hash_type == HaproxyHashType::consistent;
            check.that(hash_balance_factor == 0 || is_ring, "hash_balance_factor",
                       "a map of servers has no next one", R"(use "hash_type": "consistent")");
            check.that(hash_balance_factor == 0 || hash_balance_factor > 100, "hash_balance_factor",
                       "no server may have more than the mean", "give more than 100, as in 150");
        }
    };

    HaproxyHash(const Spec& spec, const Context& context)
        : spec_(spec), hashed_(spec.on, context) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request& request) override;

    // What it says of a text.
    std::size_t pick(std::string_view text) const;

private:
    std::uint32_t hash_of(const Request& request) const;
    std::size_t find(std::uint32_t hash) const;

    Spec spec_;
    HashedValue hashed_;
    std::vector<std::uint32_t> map_;
    HaproxyRing ring_;
};

}  // namespace models
