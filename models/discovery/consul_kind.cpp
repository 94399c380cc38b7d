#include "models/discovery/consul.h"
#include "models/discovery/registry_kind.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ConsulKind {
    using Node = Consul;
    static constexpr Role role = Role::watches;
    static constexpr None edges = kRegistryEdges;
    static constexpr auto figures = std::array{
        figure("checks", Unit::count, Merge::sum, "Checks of instances."),
        figure("registrations", Unit::count, Merge::sum,
               "Instances that were listed, for the first time or again."),
        figure("critical", Unit::count, Merge::sum,
               "Times that an instance was taken off the list because its checks failed.")};
    static constexpr None resources = kRegistryResources;
    static constexpr None usages = kRegistryUsages;
    static Instances instances(const Consul::Spec& spec) { return registry_instances(spec); }
    static Capacity capacity(const Consul::Spec& spec) { return registry_capacity(spec); }
};

}  // namespace

const NodeKind& consul_kind() {
    static const NodeKind kind = node_kind<ConsulKind>();
    return kind;
}

}  // namespace models
