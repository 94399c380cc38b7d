#include "models/engines/engine_kind.h"
#include "models/engines/engine_usages.h"
#include "models/nodes.h"
#include "models/replicated/replicated.h"

namespace models {

namespace {

struct ReplicatedKind {
    using Node = Replicated;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: its copies send each other messages."};
    static constexpr auto figures = joined(
        joined(joined(kEngineFigures, kFencingFigures), kDatabaseDiskFigures),
        std::array{
            figure("lag_<copy>", Unit::seconds, Merge::over_time, "Replication lag of a replica."),
            figure("reads_on_primary", Unit::count, Merge::sum, "Reads that the primary answered."),
            figure("reads_on_replicas", Unit::count, Merge::sum, "Reads that replicas answered."),
            figure("stale_reads", Unit::count, Merge::sum,
                   "Stale reads: answers that lacked a write already acknowledged."),
            figure("own_stale_reads", Unit::count, Merge::sum,
                   "Stale reads that lacked the reading user's own last write."),
            figure(
                "late_replicas", Unit::count, Merge::sum,
                "Reads that gave up waiting for a replica to catch up with the user's last write."),
            figure("writes_refused", Unit::count, Merge::sum,
                   "Writes refused because there was no primary or leader."),
            figure("unanswered_writes", Unit::count, Merge::sum,
                   "Writes for which too few acknowledgements came in time."),
            figure("failovers", Unit::count, Merge::sum,
                   "Times that a replica was promoted to primary."),
            figure("lost_writes", Unit::count, Merge::sum,
                   "Acknowledged writes that a failover lost, or that went with the only disk that "
                   "had "
                   "them."),
            figure("lost_unshipped", Unit::count, Merge::sum,
                   "Of the lost writes, those not yet sent to any replica."),
            figure("lost_apart", Unit::count, Merge::sum,
                   "Of the lost writes, those taken by an old primary after it was replaced (split "
                   "brain)."),
            figure("conflicts", Unit::count, Merge::sum,
                   "Rows written on both sides of a split brain."),
            figure("repointed", Unit::count, Merge::sum,
                   "Callers that learned of the new primary and switched to it."),
            figure("without_primary", Unit::seconds, Merge::sum,
                   "Time without a primary that takes writes."),
            figure("detection", Unit::seconds, Merge::sum,
                   "From when a primary was gone until it was held to be down."),
            figure("promotion", Unit::seconds, Merge::sum,
                   "From then until a replica had taken its place."),
            figure("redirection", Unit::seconds, Merge::sum,
                   "From then until the first write came to the new primary."),
            figure("primary_utilisation", Unit::share, Merge::mean,
                   "Share of the primary's core time in use."),
            figure("lag_alarms", Unit::count, Merge::sum,
                   "Measurements at which a replica's lag was above lag_alarm."),
            figure("checks", Unit::count, Merge::sum,
                   "Comparisons of replicas' rows with the primary's."),
            figure("differing_rows", Unit::count, Merge::sum,
                   "Rows that differed between a replica and the primary at these comparisons, "
                   "with no write in flight."),
            figure("records_on_the_way", Unit::count, Merge::sum,
                   "Log records in flight to a replica at these comparisons."),
            figure("not_a_prefix", Unit::count, Merge::sum,
                   "Replicas whose log was found to have diverged from the primary's (not a prefix "
                   "of it)."),
            figure("oldest_difference", Unit::seconds, Merge::peak,
                   "Age of the oldest difference found."),
            figure("lag_peak", Unit::seconds, Merge::peak,
                   "Highest replication lag of any replica."),
            figure("lag", Unit::seconds, Merge::distribution,
                   "Replication lag of the replicas, at each measurement."),
            figure("lag_at_end", Unit::seconds, Merge::last,
                   "Replication lag at the end, of the replica furthest behind."),
            figure("log_records", Unit::count, Merge::last, "Records in the log at the end."),
            figure("least_applied", Unit::count, Merge::last,
                   "Log records applied at the end by the replica furthest behind."),
            figure("differing_rows_at_end", Unit::count, Merge::last,
                   "Rows that differed at the end.")});
    static constexpr auto resources =
        joined(kEngineResources,
               std::array{resource("apply workers", ResourceKind::places, Unit::count,
                                   "A replica's worker holds each change while it applies it.",
                                   "The change is applied.", {.parameter = "apply_workers"}),
                          kDatabaseDiskSpace});
    static constexpr auto usages = kEngineUsages;
    static Instances instances(const Replicated::Spec& spec) {
        Instances all = engine_instances(spec);
        all.roles = spec.roles();
        all.has_doors = true;
        all.talks_among_itself = true;
        all.differences = &spec.instances;
        return all;
    }
    static Answers answers(const Replicated::Spec& spec) { return engine_answers(spec); }
    // Machines that answer: those of one role.
    static double answering(const Replicated::Spec& spec) {
        const bool reads_replicas = spec.read_from == ReadsFrom::replicas && spec.replicas > 0;
        return reads_replicas ? spec.replicas : 1;
    }
    static Capacity capacity(const Replicated::Spec& spec) {
        Capacity all = engine_capacity(spec);
        all.slots = static_cast<double>(spec.connections) * answering(spec);
        return all;
    }
    // All cores of one role: the others' do nothing for callers but apply the log.
    static Cost cost(const Replicated::Spec& spec, const std::string& endpoint, Costing& costing) {
        costing.note(
            "each call is reckoned as a read; what its log and its replicas' "
            "acknowledgements take is left out here.");
        if (spec.disk) costing.note("how its disk space fills up is left out here.");
        Cost cost = engine_cost(spec, endpoint);
        const bool reads_replicas = spec.read_from == ReadsFrom::replicas && spec.replicas > 0;
        const double machines = answering(spec);
        cost.resources[reads_replicas ? "replicas' cores" : "primary's cores"] = {
            std::exchange(cost.core_s, 0), machines * spec.cores, true, true};
        if (const auto device = cost.resources.find("device"); device != cost.resources.end()) {
            device->second.size = machines;
            device->second.is_of_all = true;
        }
        return cost;
    }
};

}  // namespace

const NodeKind& replicated_kind() {
    static const NodeKind kind = node_kind<ReplicatedKind>();
    return kind;
}

}  // namespace models
