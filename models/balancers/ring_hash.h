// Consistent hashing on a ring with virtual nodes (hash_ring.h): Envoy's RING_HASH, or nginx's
// `hash KEY consistent`.
//
// As in Envoy only backends that take requests have points: when one goes, its keys go to whoever
// is next on the ring. Envoy's number of points depends on the number of backends, so there a new
// backend also moves some keys between the others; with `virtual_nodes` it does not.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/hash_ring.h"
#include "models/context.h"

namespace models {

class RingHash final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "ring_hash";
        static constexpr std::string_view doc =
            "Consistent hashing: the backend whose point follows on a ring.";
        HashOn on = HashOn::key;
        RingLayout layout = RingLayout::envoy;
        std::uint32_t virtual_nodes = 0;
        std::uint64_t minimum_ring_size = 1024;
        std::uint64_t maximum_ring_size = std::uint64_t{1} << 23;
        bool places_by_hash() const { return true; }
        static constexpr auto params() {
            using namespace spec;
            constexpr std::uint64_t kMost = std::uint64_t{1} << 23;
            return std::tuple{
                param("on", &Spec::on, "What of a request is hashed."),
                param("layout", &Spec::layout,
                      "How points are laid on the ring: as Envoy or as nginx does."),
                param("virtual_nodes", &Spec::virtual_nodes, at_most(100000u),
                      "Points of each backend per unit of weight; 0: so many that the ring has its "
                      "minimum size (envoy), or 160 (nginx)."),
                param("minimum_ring_size", &Spec::minimum_ring_size, at_least(std::uint64_t{1}),
                      at_most(kMost), "Points on the ring at least (envoy)."),
                param("maximum_ring_size", &Spec::maximum_ring_size, at_least(std::uint64_t{1}),
                      at_most(kMost), "Points on the ring at most.")};
        }
        HashRing::Plan plan() const {
            return {layout, virtual_nodes, minimum_ring_size, maximum_ring_size};
        }
        void check(spec::Check& check) const {
            check.that(minimum_ring_size <= maximum_ring_size, "minimum_ring_size",
                       "minimum_ring_size is above maximum_ring_size");
        }
    };

    RingHash(const Spec& spec, const Context& context)
        : hashed_(spec.on, context), ring_(spec.plan()) {}

    Wants wants() const override { return {.keys = true}; }
    std::uint64_t key(const Request& request) const override { return hashed_.of(request); }
    void changed(const Roster& roster) override { ring_.build(roster.servable); }

    std::size_t pick(std::span<const Candidate>, const Request& request) override {
        return ring_.points()[ring_.find(ring_.hash(hashed_.of(request)))].index;
    }

private:
    HashedValue hashed_;
    HashRing ring_;
};

}  // namespace models
