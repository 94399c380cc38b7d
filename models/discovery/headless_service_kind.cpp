#include "models/discovery/headless_service.h"
#include "models/nodes.h"

namespace models {

namespace {

struct HeadlessServiceKind {
    using Node = HeadlessService;
    static constexpr Role role = Role::watches;
    static constexpr None edges{"Others name it, and it calls nobody."};
    static constexpr auto figures = std::array{
        figure("lookups", Unit::count, Merge::sum, "Lookups of clients at the name servers."),
        figure("failed_lookups", Unit::count, Merge::sum,
               "Lookups that no name server answered: the client goes on by what it knows."),
        figure("changes", Unit::count, Merge::sum, "Records that were added or withdrawn.")};
    static constexpr None resources{"It answers at once."};
    static constexpr None usages{"It is not paid for here."};
    static Instances instances(const HeadlessService::Spec& spec) {
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
    static Capacity capacity(const HeadlessService::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {},
                .notes = {}};
    }
};

}  // namespace

const NodeKind& headless_service_kind() {
    static const NodeKind kind = node_kind<HeadlessServiceKind>();
    return kind;
}

}  // namespace models
