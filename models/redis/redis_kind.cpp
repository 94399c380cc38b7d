#include "models/nodes.h"
#include "models/redis/redis.h"

namespace models {

namespace {

struct RedisKind {
    using Node = Redis;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: its members send each other messages."};
    static constexpr auto figures = joined(
        kFencingFigures,
        std::array{
            figure("lost_writes", Unit::count, Merge::sum, "Acknowledged writes that were lost."),
            figure("lost_unshipped", Unit::count, Merge::sum,
                   "Of the lost writes, those not yet sent to any replica."),
            figure("lost_apart", Unit::count, Merge::sum,
                   "Of the lost writes, those taken by an old master after it was replaced (split "
                   "brain)."),
            figure("refused_by_memory", Unit::count, Merge::sum,
                   "Writes refused because items took more than maxmemory."),
            figure("oom_killed", Unit::count, Merge::sum,
                   "Processes killed because items took more than their container's memory."),
            figure("used_memory", Unit::bytes, Merge::last,
                   "Memory of the items of all masters at the end, where it is limited."),
            figure("failovers", Unit::count, Merge::sum,
                   "Times that a replica was promoted to master."),
            figure("redirects", Unit::count, Merge::sum,
                   "Requests sent on by a node that does not have the key (MOVED, ASK)."),
            figure("stale_reads", Unit::count, Merge::sum,
                   "Stale reads: answers that lacked a write already acknowledged."),
            figure("moved_keys", Unit::count, Merge::sum, "Keys that resharding moved."),
            figure("moved_slots", Unit::count, Merge::sum, "Slots that resharding moved."),
            figure("without_master", Unit::seconds, Merge::sum,
                   "Time in which some slot had no master."),
            figure("resharding_time", Unit::seconds, Merge::mean,
                   "Time from the start of the resharding to its end."),
            figure("lowest_slot_failed", Unit::count, Merge::least,
                   "The lowest slot of which a request failed."),
            figure("highest_slot_failed", Unit::count, Merge::peak,
                   "The highest slot of which a request failed."),
            figure("keys", Unit::count, Merge::last, "Keys of all masters at the end."),
            figure("least_keys", Unit::share, Merge::least,
                   "Share of the keys that the emptiest master has."),
            figure("most_keys", Unit::share, Merge::peak,
                   "Share of the keys that the fullest master has.")});
    static constexpr auto resources = std::array{
        resource("command thread", ResourceKind::work, Unit::count,
                 "The one thread of a master or replica, on which each command is at work.",
                 "The end of the command's time.", {.parameter = "masters"}),
        resource("memory", ResourceKind::stock, Unit::bytes, "What the items of a machine take.",
                 "Items are deleted, or expire.",
                 {.parameter = "maxmemory", .refusal = cause::out_of_memory})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Redis::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = spec.roles(),
                .has_doors = true,
                .talks_among_itself = spec.talks_among_itself(),
                .pods = {},
                .differences = &spec.instances};
    }
    static Answers answers(const Redis::Spec&) {
        return {.endpoints = {},
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = true,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static Capacity capacity(const Redis::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.instance_count())}},
                .notes = {}};
    }
    static Cost cost(const Redis::Spec& spec, const std::string&, Costing& costing) {
        costing.note(
            "its keys are reckoned as asked for alike, and each call as a command of its "
            "masters.");
        if (spec.counts_keys()) costing.note("how its memory fills up is left out here.");
        Cost cost;
        cost.stays_s = sim::seconds(spec.command_time);
        cost.resources["command thread"] = {
            cost.stays_s, static_cast<double>(spec.masters) * spec.threads, true, true};
        return cost;
    }
};

}  // namespace

const NodeKind& redis_kind() {
    static const NodeKind kind = node_kind<RedisKind>();
    return kind;
}

}  // namespace models
