#include "models/discovery/eureka.h"
#include "models/discovery/registry_kind.h"
#include "models/nodes.h"

namespace models {

namespace {

struct EurekaKind {
    using Node = Eureka;
    static constexpr Role role = Role::watches;
    static constexpr None edges = kRegistryEdges;
    static constexpr auto figures = std::array{
        figure("renewals", Unit::count, Merge::sum, "Renewals of leases, by heartbeats."),
        figure("fetches", Unit::count, Merge::sum, "Times that a client fetched the list."),
        figure("registrations", Unit::count, Merge::sum,
               "Instances that were listed, for the first time or anew."),
        figure("expired_leases", Unit::count, Merge::sum,
               "Instances that were evicted because their lease had expired."),
        figure("self_preservations", Unit::count, Merge::sum,
               "Runs of the eviction in which self-preservation kept expired leases.")};
    static constexpr None resources = kRegistryResources;
    static constexpr None usages = kRegistryUsages;
    static Instances instances(const Eureka::Spec& spec) { return registry_instances(spec); }
    static Capacity capacity(const Eureka::Spec& spec) { return registry_capacity(spec); }
};

}  // namespace

const NodeKind& eureka_kind() {
    static const NodeKind kind = node_kind<EurekaKind>();
    return kind;
}

}  // namespace models
