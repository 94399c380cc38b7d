#include "models/lock_service/lock_service.h"
#include "models/nodes.h"

namespace models {

namespace {

struct LockServiceKind {
    using Node = LockService;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr auto edges =
        std::array{edge("discover_via", Passes::subscriptions, "Lookups of the other members.")};
    static constexpr auto figures = std::array{
        figure("leases", Unit::count, Merge::sum,
               "Leases granted: times that a client got a lock."),
        figure("expired_leases", Unit::count, Merge::sum,
               "Leases that expired before their lock was released, because the holder had died or "
               "was too slow."),
        figure("late_releases", Unit::count, Merge::sum,
               "Releases of a lock after its lease had expired: the holder had gone on as if it "
               "held the lock."),
        figure("renewals", Unit::count, Merge::sum,
               "Keep-alives that renewed a lease (`keep_alive` of the step `lock`)."),
        figure("peers_known", Unit::count, Merge::over_time,
               "With `discover_via`: other members that one knows, of those that are up the one "
               "that knows fewest."),
        figure("discovery_time", Unit::seconds, Merge::peak,
               "With `discover_via`: the longest time in which some member that was up did not "
               "know another that was."),
        figure("elections", Unit::count, Merge::sum, "Times that a member became the leader."),
        figure("without_leader", Unit::seconds, Merge::sum,
               "Time without a leader: from when one stepped down or crashed until the next was "
               "elected.")};
    static constexpr auto resources =
        std::array{resource("thread", ResourceKind::work, Unit::count,
                            "The one thread of a member, on which each operation is at work.",
                            "The end of the operation's time.", {.parameter = "operation_time"}),
                   resource("locks", ResourceKind::places, Unit::count,
                            "Who holds one keeps it from others, who stand in its line.",
                            "The lock's release, or the end of its lease.")};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const LockService::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = spec.roles(),
                .has_doors = true,
                .talks_among_itself = spec.members > 1,
                .pods = {}};
    }
    static Answers answers(const LockService::Spec&) {
        return {.endpoints = {},
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase,
                .has_locks = true};
    }
    static Capacity capacity(const LockService::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.instance_count())}},
                .notes = {}};
    }
    // Its leader's thread; how long a lock is waited for depends on how long it is held.
    static Cost cost(const LockService::Spec& spec, const std::string&, Costing&) {
        Cost cost;
        cost.stays_s = sim::seconds(spec.operation_time);
        cost.resources["thread"] = {cost.stays_s, 1, true, true};
        return cost;
    }
};

}  // namespace

const NodeKind& lock_service_kind() {
    static const NodeKind kind = node_kind<LockServiceKind>();
    return kind;
}

}  // namespace models
