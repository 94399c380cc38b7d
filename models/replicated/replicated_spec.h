// What can be said of a replicated database: who answers reads, when a write is acknowledged, and
// what happens when the primary dies.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/data/fencing_spec.h"
#include "models/engines/database_disk.h"
#include "models/engines/engine.h"
#include "models/instance_difference.h"
#include "models/roles.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class ReadsFrom { primary, replicas };
constexpr auto names_of(ReadsFrom) {
    return std::array{
        spec::Word{"primary", ReadsFrom::primary, "The primary, but for queries in `read_only`."},
        spec::Word{"replicas", ReadsFrom::replicas,
                   "The replicas that are up, in turn; the primary when there is none."}};
}

enum class Acknowledge { at_once, one, majority, all };
constexpr auto names_of(Acknowledge) {
    return std::array{
        spec::Word{"none", Acknowledge::at_once, "Asynchronous: the primary has it."},
        spec::Word{"one", Acknowledge::one, "Semi-synchronous: a replica has it, too."},
        spec::Word{"majority", Acknowledge::majority,
                   "A majority of all copies, the primary's among them, has it."},
        spec::Word{"all", Acknowledge::all, "Synchronous: every replica has it."}};
}

enum class AcknowledgeWhen { received, applied };
constexpr auto names_of(AcknowledgeWhen) {
    return std::array{
        spec::Word{"received", AcknowledgeWhen::received,
                   "The write is in the replica's relay log."},
        spec::Word{"applied", AcknowledgeWhen::applied,
                   "Reads at the replica see the write (synchronous_commit = remote_apply)."}};
}

enum class ReadYourWrites { none, primary_after_write, wait_for_position };
constexpr auto names_of(ReadYourWrites) {
    return std::array{
        spec::Word{"none", ReadYourWrites::none,
                   "No guarantee: a replica answers with what it has, stale or not."},
        spec::Word{"primary_after_write", ReadYourWrites::primary_after_write,
                   "Users read from the primary for `sticky_for` after their own write."},
        spec::Word{
            "wait_for_position", ReadYourWrites::wait_for_position,
            "A replica answers when it has the user's last write (WAIT_FOR_EXECUTED_GTID_SET);"
            " the primary does after `position_timeout`."}};
}

enum class Fencing { none, lease, stonith };
constexpr auto names_of(Fencing) {
    return std::array{
        spec::Word{"none", Fencing::none,
                   "No fencing: a primary that was replaced goes on taking writes until it learns "
                   "of it (split brain)."},
        spec::Word{"lease", Fencing::lease,
                   "Lease: a primary without a heartbeat for `detect_after` stops taking writes by "
                   "itself, before it is replaced."},
        spec::Word{"stonith", Fencing::stonith,
                   "STONITH: the old primary is switched off before it is replaced."}};
}

struct FailoverSpec {
    static constexpr std::string_view type_name = "failover";
    static constexpr std::string_view doc = "Failover: how a replica is promoted to primary.";
    sim::Duration detect_after = std::chrono::seconds(10);
    Times promote_time = spec::Constant<sim::Duration>{std::chrono::seconds(1)};
    Times repoint_time;
    Fencing fencing = Fencing::stonith;
    static constexpr auto params() {
        using namespace spec;
        using Spec = FailoverSpec;
        return std::tuple{
            param("detect_after", &Spec::detect_after, above(sim::Duration::zero()),
                  "How long the primary may leave the failover manager without an answer before it "
                  "is held to be down. It is probed at least once a second."),
            param("promote_time", &Spec::promote_time,
                  "Time from detection until the most advanced replica begins to take over. It "
                  "first applies all the log it has received."),
            param("repoint_time", &Spec::repoint_time,
                  "Time from promotion until a caller uses the new primary, drawn for each caller "
                  "(DNS, connection pools)."),
            param("fencing", &Spec::fencing,
                  "How the old primary is kept from taking writes after a failover. Without "
                  "fencing there can be a split brain.")};
    }
};

struct ReplicatedSpec : EngineSpec {
    static constexpr std::string_view kind = "replicated";
    static constexpr std::string_view doc =
        "A primary and its replicas: writes go to the primary, which ships its log to the "
        "replicas.";
    std::uint32_t replicas = 1;
    InstanceDifferences instances;
    ReadsFrom read_from = ReadsFrom::primary;
    std::vector<std::string> read_only;
    ReadYourWrites read_your_writes = ReadYourWrites::none;
    sim::Duration sticky_for = std::chrono::seconds(1);
    sim::Duration position_timeout = std::chrono::seconds(1);

    Times replication_delay;
    Times apply_time;
    sim::Duration apply_delay{};
    std::uint32_t apply_workers = 1;
    bool preserve_commit_order = true;

    Acknowledge acknowledge = Acknowledge::at_once;
    AcknowledgeWhen acknowledge_when = AcknowledgeWhen::received;
    std::optional<sim::Duration> acknowledge_timeout;

    std::optional<FailoverSpec> failover;
    sim::Duration rejoin_time{};

    sim::Duration lag_interval = std::chrono::seconds(1);
    sim::Duration lag_alarm{};
    sim::Duration check_interval{};
    bool fencing_tokens = false;
    std::optional<DatabaseDiskSpec> disk;

    // Before the queries: which machine is asked, whoever should be.
    static constexpr EndpointId kPrimary = 1, kReplica = 2;

    std::uint32_t instance_count() const { return 1 + replicas; }
    Abilities suffers() const;
    std::vector<std::string> roles() const;
    std::vector<std::string> endpoint_names() const;
    bool talks_among_itself() const { return true; }
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = ReplicatedSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        return std::tuple_cat(
            std::tuple{
                param("replicas", &Spec::replicas, at_most(100u),
                      "Number of replicas, besides the primary."),
                instances_param(&Spec::instances),
                param("read_from", &Spec::read_from,
                      "Whether the primary or the replicas answer reads. Reads from replicas may "
                      "be stale by the replication lag."),
                param(
                    "read_only", &Spec::read_only,
                    "Names of read-only queries, which replicas answer whatever `read_from` says."),
                param("read_your_writes", &Spec::read_your_writes,
                      "How users are kept from stale reads of their own writes (read-your-writes "
                      "consistency)."),
                param("sticky_for", &Spec::sticky_for, none,
                      "How long users read from the primary after their write."),
                param(
                    "position_timeout", &Spec::position_timeout, none,
                    "How long a read waits for a replica to catch up with the user's last write."),
                param("replication_delay", &Spec::replication_delay,
                      "Delay from a commit until the primary sends it to a replica, in order; the "
                      "network comes on top. Commits not yet sent are lost when the primary "
                      "crashes."),
                param("apply_time", &Spec::apply_time, "Core time of a replica to apply a record."),
                param("apply_delay", &Spec::apply_delay, none,
                      "Least time from a commit until a replica applies it: a delayed replica "
                      "(recovery_min_apply_delay)."),
                param("apply_workers", &Spec::apply_workers, at_least(1u), at_most(1024u),
                      "Log records a replica applies in parallel (replica_parallel_workers). "
                      "Records of the same row are applied one after another."),
                param("preserve_commit_order", &Spec::preserve_commit_order,
                      "Whether records applied in parallel become visible in the order of the log "
                      "(replica_preserve_commit_order)."),
                param("acknowledge", &Spec::acknowledge,
                      "How many replicas must acknowledge a write before the client is answered: "
                      "asynchronous, semi-synchronous or synchronous replication."),
                param("acknowledge_when", &Spec::acknowledge_when,
                      "Whether a replica acknowledges a write when it has received it or when it "
                      "has applied it."),
                param("acknowledge_timeout", &Spec::acknowledge_timeout,
                      above(sim::Duration::zero()),
                      "How long a write waits for acknowledgements before it succeeds without them "
                      "(rpl_semi_sync_source_timeout). Without it, it waits without limit."),
                param("failover", &Spec::failover,
                      "How a replica is promoted when the primary fails. Without it (the default) "
                      "there is no failover, and writes fail until the primary is back."),
                param(
                    "rejoin_time", &Spec::rejoin_time, none,
                    "Time from a machine's restart until it replicates from the current primary."),
                param("lag_interval", &Spec::lag_interval, above(sim::Duration::zero()),
                      "Interval between two measurements of replication lag."),
                param("lag_alarm", &Spec::lag_alarm, none,
                      "Replication lag above which an alarm is counted (lag_alarms). With 0s (the "
                      "default) there is no alarm."),
                param("check_interval", &Spec::check_interval, none,
                      "Interval between two comparisons of all replicas' rows with the primary's. "
                      "With 0s (the default) they are compared at the end only."),
                database_disk_param(&Spec::disk),
                fencing_param(&Spec::fencing_tokens)},
            engine_params());
    }
};

}  // namespace models
