#include "models/databases/database.h"
#include "models/engines/engine_kind.h"
#include "models/engines/engine_usages.h"
#include "models/nodes.h"

namespace models {

namespace {

struct DatabaseKind {
    using Node = Database;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody."};
    static constexpr auto figures = joined(
        joined(joined(kEngineFigures, kFencingFigures), kDatabaseDiskFigures),
        std::array{
            figure("connections_peak", Unit::count, Merge::peak,
                   "Most connections in use at a time."),
            figure("connections_open_peak", Unit::count, Merge::peak,
                   "Most connections that callers' pools had open."),
            figure("connections_refused", Unit::count, Merge::sum,
                   "Connections refused because max_connections were open."),
            figure("connection_memory_peak", Unit::bytes, Merge::peak,
                   "Most memory that open connections took."),
            figure("wal_flushes", Unit::count, Merge::sum, "Times that the log was flushed."),
            figure("wal_bytes", Unit::bytes, Merge::sum, "Bytes written to the log."),
            figure("commits_per_flush", Unit::count, Merge::mean,
                   "Commits that shared a flush of the log."),
            figure("lost_commits", Unit::count, Merge::sum,
                   "Acknowledged commits that a crash lost."),
            figure("lock_wait", Unit::seconds, Merge::distribution,
                   "How long a write waited for the lock of a row."),
            figure("lock_timeouts", Unit::count, Merge::sum,
                   "Writes that failed because their lock wait timed out."),
            figure("deadlocks", Unit::count, Merge::sum,
                   "Writes that were rolled back to resolve a deadlock."),
            figure("lock_waiting_peak", Unit::count, Merge::peak,
                   "Most writes waiting for locks at a time."),
            figure("transactions", Unit::count, Merge::sum,
                   "Transactions of several statements that began."),
            figure("rolled_back", Unit::count, Merge::sum, "Transactions that were rolled back."),
            figure("idle_in_transaction", Unit::count, Merge::mean,
                   "Open transactions that were idle between two statements (idle in transaction), "
                   "mean over time.")});
    static constexpr auto resources = joined(
        kEngineResources,
        std::array{
            resource("row locks", ResourceKind::places, Unit::count,
                     "A write holds those of its rows, and who wants one of these waits for it.",
                     "The end of the write, or of its transaction.",
                     {.within = "connections", .refusal = cause::lock_timeout}),
            resource("log flush", ResourceKind::work, Unit::count,
                     "A commit waits until its log is on the disk; one flush serves all that wait.",
                     "The flush has ended.", {.within = "connections"}),
            kDatabaseDiskSpace, client_connections("max_connections")});
    static constexpr auto usages = kEngineUsages;
    static Instances instances(const Database::Spec& spec) { return engine_instances(spec); }
    static Answers answers(const Database::Spec& spec) {
        Answers all = engine_answers(spec);
        all.readings = Database::Spec::readings();
        all.no_transactions = {};
        all.tells_changes = true;
        all.has_log = spec.wal.has_value();
        return all;
    }
    static Capacity capacity(const Database::Spec& spec) { return engine_capacity(spec); }
    static Cost cost(const Database::Spec& spec, const std::string& endpoint, Costing& costing) {
        if (spec.wal || spec.locks) {
            costing.note("what its writes wait for, the log and row locks, is left out here.");
        }
        if (spec.disk) costing.note("how its disk space fills up is left out here.");
        if (spec.max_connections) {
            costing.note("connections that its callers hold and do not use are left out here.");
        }
        return engine_cost(spec, endpoint);
    }
};

}  // namespace

const NodeKind& database_kind() {
    static const NodeKind kind = node_kind<DatabaseKind>();
    return kind;
}

}  // namespace models
