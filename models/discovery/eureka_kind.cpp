#include "models/discovery/eureka.h"
#include "models/nodes.h"

namespace models {

namespace {

struct EurekaKind {
    using Node = Eureka;
    static constexpr Role role = Role::watches;
    static constexpr None edges{"Balancers name it, and it calls nobody."};
    static constexpr auto figures = std::array{
        figure("renewals", Unit::count, Merge::sum, "Renewals of leases, by heartbeats."),
        figure("fetches", Unit::count, Merge::sum, "Times that a client fetched the list."),
        figure("registrations", Unit::count, Merge::sum,
               "Instances that were listed, for the first time or anew."),
        figure("expired_leases", Unit::count, Merge::sum,
               "Instances that were evicted because their lease had expired."),
        figure("self_preservations", Unit::count, Merge::sum,
               "Runs of the eviction in which self-preservation kept expired leases.")};
    static constexpr None resources{"It answers at once."};
    static constexpr None usages{"It is not paid for here."};
    static Instances instances(const Eureka::Spec& spec) {
        Instances all{.instances = spec.instance_count(),
                      .suffers = spec.suffers(),
                      .zones = {},
                      .roles = {},
                      .has_doors = false,
                      .talks_among_itself = false,
                      .pods = {}};
        all.is_registry = true;
        return all;
    }
    static Capacity capacity(const Eureka::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {},
                .notes = {}};
    }
};

}  // namespace

const NodeKind& eureka_kind() {
    static const NodeKind kind = node_kind<EurekaKind>();
    return kind;
}

}  // namespace models
