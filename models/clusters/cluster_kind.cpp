#include "models/clusters/cluster.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ClusterKind {
    using Node = Cluster;
    static constexpr Role role = Role::hosts;
    static constexpr auto edges = std::array{
        edge("machines", Passes::nothing, "What runs on its machines without being scheduled.")};
    static constexpr auto figures = std::array{
        figure("pending_peak", Unit::count, Merge::peak,
               "Most pending pods at a time (no machine had room)."),
        figure("pending_last", Unit::count, Merge::last,
               "Pods pending at the end (no machine had room)."),
        figure("machines_last", Unit::count, Merge::last, "Number of machines at the end."),
        figure("machines_removed", Unit::count, Merge::sum,
               "Machines that the cluster autoscaler removed because they were underused."),
        figure("contended", Unit::share, Merge::mean,
               "Share of machine time in which pods wanted more cores than the machine has (CPU "
               "contention)."),
        figure("evicted", Unit::count, Merge::sum,
               "Pods evicted by a drain, by preemption or for lack of memory."),
        figure("evicted_by_taints", Unit::count, Merge::sum,
               "Pods evicted because their machine had a taint (NoExecute)."),
        figure("oom_killed", Unit::count, Merge::sum,
               "Pods killed by the kernel for lack of memory (OOM killer)."),
        figure("preempted", Unit::count, Merge::sum,
               "Pods preempted: evicted for others of a higher priority."),
        figure("memory_peak", Unit::share, Merge::peak,
               "Highest share of a machine's memory in use."),
        figure("requested", Unit::share, Merge::mean,
               "Share of the machines' cores that pods requested."),
        figure("drain_time", Unit::seconds, Merge::mean, "How long the last drain took.")};
    static constexpr auto resources = std::array{
        resource("cores of machines", ResourceKind::work, Unit::count,
                 "The instances that are placed on a machine share its cores.",
                 "The end of the core time, on a machine.", {.parameter = "machines.0.count"})};
    static constexpr auto usages = std::array{kInstanceHours};
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
        Capacity all{.instances = spec.instance_count(),
                     .cores = 0,
                     .slots_name = {},
                     .slots = 0,
                     .paid = {},
                     .notes = {}};
        for (std::size_t i = 0; i < spec.machines.size(); ++i) {
            const MachineGroup& group = spec.machines[i];
            all.paid.push_back(
                {fmt::format("machines.{}.price", i), group.price, 1.0 * group.count});
        }
        return all;
    }
};

}  // namespace

const NodeKind& cluster_kind() {
    static const NodeKind kind = node_kind<ClusterKind>();
    return kind;
}

}  // namespace models
