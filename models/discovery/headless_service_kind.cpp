#include "models/discovery/headless_service.h"
#include "models/discovery/registry_kind.h"
#include "models/nodes.h"

namespace models {

namespace {

struct HeadlessServiceKind {
    using Node = HeadlessService;
    static constexpr Role role = Role::watches;
    static constexpr None edges = kRegistryEdges;
    static constexpr auto figures = std::array{
        figure("lookups", Unit::count, Merge::sum, "Lookups of clients at the name servers."),
        figure("failed_lookups", Unit::count, Merge::sum,
               "Lookups that no name server answered: the client goes on by what it knows."),
        figure("changes", Unit::count, Merge::sum, "Records that were added or withdrawn.")};
    static constexpr None resources = kRegistryResources;
    static constexpr None usages = kRegistryUsages;
    static Instances instances(const HeadlessService::Spec& spec) {
        Instances all = registry_instances(spec);
        all.is_looked_up = true;
        return all;
    }
    static Capacity capacity(const HeadlessService::Spec& spec) { return registry_capacity(spec); }
};

}  // namespace

const NodeKind& headless_service_kind() {
    static const NodeKind kind = node_kind<HeadlessServiceKind>();
    return kind;
}

}  // namespace models
