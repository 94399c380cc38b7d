#include "models/discovery/consul.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ConsulKind {
    using Node = Consul;
    static constexpr Role role = Role::watches;
    static constexpr None edges{"Balancers name it, and it calls nobody."};
    static constexpr auto figures = std::array{
        figure("checks", Unit::count, Merge::sum, "Checks of instances."),
        figure("registrations", Unit::count, Merge::sum,
               "Instances that were listed, for the first time or again."),
        figure("critical", Unit::count, Merge::sum,
               "Times that an instance was taken off the list because its checks failed.")};
    static constexpr None resources{"It answers at once."};
    static constexpr None usages{"It is not paid for here."};
    static Instances instances(const Consul::Spec& spec) {
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
    static Capacity capacity(const Consul::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {},
                .notes = {}};
    }
};

}  // namespace

const NodeKind& consul_kind() {
    static const NodeKind kind = node_kind<ConsulKind>();
    return kind;
}

}  // namespace models
