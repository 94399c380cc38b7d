#include "models/databases/engine_figures.h"
#include "models/nodes.h"
#include "models/replication/replicated.h"

namespace models {

namespace {

struct ReplicatedKind {
    using Node = Replicated;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: its copies send each other messages."};
    static constexpr auto figures = joined(
        joined(kEngineFigures, kFencingFigures),
        std::array{
            figure("lag_<copy>", Unit::seconds, Merge::over_time, "How far a copy is behind."),
            figure("reads_on_primary", Unit::count, Merge::sum, "Reads that the primary answered."),
            figure("reads_on_replicas", Unit::count, Merge::sum, "Reads that replicas answered."),
            figure("stale_reads", Unit::count, Merge::sum,
                   "Reads answered with less than had been written and acknowledged."),
            figure("own_stale_reads", Unit::count, Merge::sum,
                   "Reads that did not show their own user's last write."),
            figure("late_replicas", Unit::count, Merge::sum,
                   "Reads that gave up waiting for a replica to have a position."),
            figure("writes_refused", Unit::count, Merge::sum, "Writes refused because nobody led."),
            figure("unanswered_writes", Unit::count, Merge::sum,
                   "Writes that too few replicas acknowledged in time."),
            figure("failovers", Unit::count, Merge::sum,
                   "Times that a replica took the primary's place."),
            figure("lost_writes", Unit::count, Merge::sum,
                   "Acknowledged writes that a failover lost."),
            figure("lost_unshipped", Unit::count, Merge::sum,
                   "Those of them that had not been sent to a replica."),
            figure("lost_apart", Unit::count, Merge::sum,
                   "Those of them that a replaced primary had taken on its own."),
            figure("conflicts", Unit::count, Merge::sum,
                   "Rows that were written on both sides of a split."),
            figure("repointed", Unit::count, Merge::sum,
                   "Callers that were told of the new primary."),
            figure("without_primary", Unit::seconds, Merge::sum,
                   "Time in which nobody took writes."),
            figure("primary_utilisation", Unit::share, Merge::mean,
                   "Core time in use of the primary."),
            figure("lag_alarms", Unit::count, Merge::sum,
                   "Looks at which a replica was further behind than lag_alarm."),
            figure("checks", Unit::count, Merge::sum,
                   "Comparisons of replicas' rows with the primary's."),
            figure("differing_rows", Unit::count, Merge::sum,
                   "Rows that differed then, with no write under way."),
            figure("records_on_the_way", Unit::count, Merge::sum,
                   "Records that were on the way to a replica then."),
            figure("not_a_prefix", Unit::count, Merge::sum,
                   "Replicas found to have other records than the primary had."),
            figure("oldest_difference", Unit::seconds, Merge::peak,
                   "Age of the oldest difference found."),
            figure("lag_peak", Unit::seconds, Merge::peak,
                   "The furthest that a replica was behind."),
            figure("lag", Unit::seconds, Merge::distribution,
                   "How far a replica was behind, at each look."),
            figure("lag_at_end", Unit::seconds, Merge::last,
                   "How far the last replica was behind at the end."),
            figure("log_records", Unit::count, Merge::last, "Records in the log at the end."),
            figure("least_applied", Unit::count, Merge::last,
                   "Records that the last replica had applied at the end."),
            figure("differing_rows_at_end", Unit::count, Merge::last,
                   "Rows that differed at the end.")});
    static Instances instances(const Replicated::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = spec.roles(),
                .has_doors = true,
                .talks_among_itself = true,
                .pods = {}};
    }
    static Answers answers(const Replicated::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = true,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static Capacity capacity(const Replicated::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = spec.cores,
                .slots_name = "connections",
                .slots = static_cast<double>(spec.connections) * spec.instance_count(),
                .usd_per_hour = spec.price.usd_per_hour * spec.instance_count(),
                .notes = {}};
    }
    static constexpr None cost{"Who answers depends on the roles of its copies."};
};

}  // namespace

const NodeKind& replicated_kind() {
    static const NodeKind kind = node_kind<ReplicatedKind>();
    return kind;
}

}  // namespace models
