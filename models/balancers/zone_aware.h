// The caller's own zone first, as far as that keeps the load even: Envoy's zone aware routing.
//
// (load_balancer_impl.cc, ZoneAwareLoadBalancerBase.) When the zone has at least as large a share
// of the backends as of the callers, all requests stay. Otherwise only so many stay that its
// backends get their share, and the rest goes to zones that have room, in proportion to it. Within
// a zone backends take turns.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/quantity.h"

namespace models {

class ZoneAware final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "zone_aware";
        static constexpr std::string_view doc =
            "Backends of the caller's own zone, as far as the load stays even (Envoy).";
        std::uint16_t zone = 0;
        std::vector<double> callers{};
        std::uint32_t min_cluster_size = 6;
        sim::Fraction routing_enabled{1.0};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("zone", &Spec::zone, at_most(std::uint16_t{999}),
                      "Zone of the balancer, by number."),
                param("callers", &Spec::callers, at_least(0.0), at_most(1e9),
                      "Number of callers in each zone, from zone 0 on. Without it, equally many in "
                      "each zone that has backends."),
                param("min_cluster_size", &Spec::min_cluster_size,
                      "Least backends for zone-aware routing; with fewer, zones are ignored."),
                param("routing_enabled", &Spec::routing_enabled,
                      "Share of requests routed by zone.")};
        }
    };

    ZoneAware(const Spec& spec, const Context& context)
        : spec_(spec), draws_(context.stream("zone_aware balancer")) {}

    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request&) override;

private:
    struct Zone {
        std::vector<std::uint32_t> backends;
        std::size_t next = 0;
        double room = 0;  // share of the backends above the share of the callers
    };

    void divide(double backends);
    std::size_t take_turn(Zone& zone);
    Zone& residual_zone();

    Spec spec_;
    sim::Draws draws_;
    std::vector<Zone> zones_;
    Zone everywhere_;
    bool aware_ = false;
    double stays_ = 1;  // the share of requests that stays in the zone
    double room_ = 0;   // of all zones
};

}  // namespace models
