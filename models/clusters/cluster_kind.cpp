#include "models/clusters/cluster.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ClusterKind {
    using Node = Cluster;
    static constexpr Role role = Role::hosts;
    static constexpr None edges{"It calls nobody."};
    static constexpr auto figures = std::array{
        figure("pending_peak", Unit::count, Merge::peak, "Most pods without a place at a time."),
        figure("pending_last", Unit::count, Merge::last, "Pods without a place at the end."),
        figure("machines_last", Unit::count, Merge::last, "Machines there are at the end."),
        figure("machines_removed", Unit::count, Merge::sum,
               "Machines that were removed because they were hardly used."),
        figure("contended", Unit::share, Merge::mean,
               "Machine time in which pods wanted more cores than there are."),
        figure("evicted", Unit::count, Merge::sum,
               "Pods that a drain, a priority or want of memory evicted."),
        figure("evicted_by_taints", Unit::count, Merge::sum,
               "Pods evicted because their machine had a taint (NoExecute)."),
        figure("oom_killed", Unit::count, Merge::sum,
               "Pods that the kernel killed for want of memory."),
        figure("preempted", Unit::count, Merge::sum,
               "Pods evicted for others of a higher priority."),
        figure("memory_peak", Unit::share, Merge::peak,
               "Most memory in use of a machine, of what it has."),
        figure("requested", Unit::share, Merge::mean,
               "Cores that pods asked for, of those there were."),
        figure("drain_time", Unit::seconds, Merge::mean, "How long the last drain took.")};
    static Instances instances(const Cluster::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = spec.zone_names(),
                .roles = {},
                .has_doors = false,
                .talks_among_itself = false,
                .pods = {}};
    }
    static const std::vector<MachineGroup>& machines(const Cluster::Spec& spec) {
        return spec.machines;
    }
    static Capacity capacity(const Cluster::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .usd_per_hour = 0,
                .notes = {}};
    }
};

}  // namespace

const NodeKind& cluster_kind() {
    static const NodeKind kind = node_kind<ClusterKind>();
    return kind;
}

}  // namespace models
