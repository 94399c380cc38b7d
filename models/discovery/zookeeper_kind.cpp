#include "models/discovery/registry_kind.h"
#include "models/discovery/zookeeper.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ZooKeeperKind {
    using Node = ZooKeeper;
    static constexpr Role role = Role::watches;
    static constexpr None edges = kRegistryEdges;
    static constexpr auto figures = std::array{
        figure("pings", Unit::count, Merge::sum, "Pings that kept a session of an instance."),
        figure("registrations", Unit::count, Merge::sum,
               "Ephemeral nodes that were created: instances listed, for the first time or anew."),
        figure("refused", Unit::count, Merge::sum,
               "Registrations that no server took, as none had a quorum."),
        figure("expired_sessions", Unit::count, Merge::sum,
               "Sessions that expired, and took their instances off the list."),
        figure("notifications", Unit::count, Merge::sum,
               "Times that a client read a list that had changed."),
        figure("elections", Unit::count, Merge::sum, "Times that a server became the leader."),
        figure("without_leader", Unit::seconds, Merge::sum,
               "Time without a leader, in which nothing is registered, and no session expires.")};
    static constexpr None resources = kRegistryResources;
    static constexpr None usages = kRegistryUsages;
    static Instances instances(const ZooKeeper::Spec& spec) {
        Instances all = registry_instances(spec);
        all.roles = spec.roles();
        all.talks_among_itself = spec.servers > 1;
        return all;
    }
    static Capacity capacity(const ZooKeeper::Spec& spec) { return registry_capacity(spec); }
};

}  // namespace

const NodeKind& zookeeper_kind() {
    static const NodeKind kind = node_kind<ZooKeeperKind>();
    return kind;
}

}  // namespace models
