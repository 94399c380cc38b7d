// Consistent hashing in which nobody gets much more than its share: the next on the ring that has
// room.
//
// Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads" (2018): with m
// requests open, this one included, a backend of n takes at most ceil(factor * m / n), in
// proportion to its weight; a request goes on along the ring until it finds room. HAProxy's
// hash-balance-factor and Envoy's hash_balance_factor (both in percent).
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/hash_ring.h"
#include "models/context.h"

namespace models {

class BoundedLoad final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "bounded_load";
        static constexpr std::string_view doc =
            "Consistent hashing on a ring, past backends that have more than their share.";
        HashOn on = HashOn::key;
        double factor = 1.25;
        std::uint32_t virtual_nodes = 160;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("on", &Spec::on, "What of a request is hashed."),
                param("factor", &Spec::factor, above(1.0), at_most(1000.0),
                      "Open requests a backend has at most, as a multiple of the mean."),
                param("virtual_nodes", &Spec::virtual_nodes, at_least(1u), at_most(100000u),
                      "Points of each backend on the ring, per unit of weight.")};
        }
    };

    BoundedLoad(const Spec& spec, const Context& context)
        : spec_(spec), hashed_(spec.on, context), ring_({.virtual_nodes = spec.virtual_nodes}) {}

    Wants wants() const override { return {.loads = true, .keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override;
    void loaded(std::span<const Candidate> candidates, std::size_t index) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request& request) override;

private:
    Spec spec_;
    HashedValue hashed_;
    HashRing ring_;
    double total_weight_ = 0;
    std::uint64_t open_ = 0;             // of all candidates
    std::vector<std::uint32_t> active_;  // of each, as counted in open_
};

}  // namespace models
