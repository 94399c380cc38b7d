#include <fmt/core.h>

#include "models/caches/cache.h"
#include "models/nodes.h"

namespace models {

namespace {

// One, or several.
consteval sim::Resource command_thread(std::string_view name) {
    return resource(name, ResourceKind::work, Unit::count,
                    "Each command of a machine's is at work on one, first come, first served.",
                    "The end of the command's time.", {.parameter = "threads"});
}

struct CacheKind {
    using Node = Cache;
    static constexpr Role role = Role::answers | Role::passes_on | Role::keeps;
    static constexpr auto edges = std::array{
        edge("calls", Passes::on, "Loads of missing entries, and writes."),
        edge("also_evicts", Passes::evictions, "Invalidations of entries that were written."),
        edge("sessions", Passes::own, "Log-ins of users who have no session."),
        edge("policies", Passes::own, "The fallback's call, made when a load fails.")};
    static constexpr auto figures = std::array{
        figure("flushed_rows", Unit::count, Merge::sum,
               "Items that write-behind flushed to the node behind."),
        figure("flushed_writes", Unit::count, Merge::sum,
               "Acknowledged writes that the flushed items stand for: several writes of an item "
               "are one row."),
        figure("unflushed_writes", Unit::count, Merge::last,
               "Acknowledged writes not yet flushed at the end (backlog of write-behind)."),
        figure("failed_connections", Unit::count, Merge::sum,
               "Connections to machines that were down."),
        figure("ejections", Unit::count, Merge::sum,
               "Times that a caller ejected a machine because of failed connections."),
        figure("hits", Unit::count, Merge::sum, "Lookups that found a fresh entry."),
        figure("misses", Unit::count, Merge::sum, "Lookups that found no fresh entry."),
        figure("loads", Unit::count, Merge::sum,
               "Loads: requests sent to the node behind for missing or expired entries."),
        figure("joined", Unit::count, Merge::sum,
               "Misses that were coalesced: they waited for a load already in flight."),
        figure("refreshes", Unit::count, Merge::sum, "Loads begun before their entry expired."),
        figure(
            "served_while_refreshing", Unit::count, Merge::sum,
            "Answers from an expired entry while it was being refreshed (stale-while-revalidate)."),
        figure("negative_hits", Unit::count, Merge::sum,
               "Lookups answered by the memory that an item is missing."),
        figure("bypassed", Unit::count, Merge::sum, "Requests that bypassed the cache."),
        figure("stale_reads", Unit::count, Merge::sum,
               "Stale reads: answers that lacked a write already acknowledged."),
        figure("inconsistent_reads", Unit::count, Merge::sum,
               "Reads older than what another copy had answered before."),
        figure("refused_sets", Unit::count, Merge::sum,
               "Loaded values that were not stored because the item had changed meanwhile (stale "
               "sets prevented)."),
        figure("evicted_by_writes", Unit::count, Merge::sum,
               "Entries invalidated because another node wrote the item."),
        figure("flushes", Unit::count, Merge::sum, "Batches that write-behind flushed."),
        figure("lost_writes", Unit::count, Merge::sum,
               "Acknowledged writes lost in a crash before they were flushed."),
        figure("lost_entries", Unit::count, Merge::sum, "Entries that crashes lost."),
        figure("sessions_lost", Unit::count, Merge::sum,
               "Users who had to log in again, as their session had been evicted or had gone with "
               "a machine."),
        figure("sessions_evicted", Unit::count, Merge::sum,
               "Of these, the users whose session had been evicted."),
        figure("hit_ratio", Unit::share, Merge::mean, "Share of lookups that were hits."),
        figure("clairvoyant_hit_ratio", Unit::share, Merge::mean,
               "The best hit ratio that any eviction could have had (Belady's MIN)."),
        figure("entries", Unit::count, Merge::last, "Entries stored at the end, all machines."),
        figure("bytes", Unit::bytes, Merge::last, "Bytes stored at the end, all machines."),
        figure("evictions", Unit::count, Merge::sum, "Entries dropped to make room."),
        figure("expirations", Unit::count, Merge::sum,
               "Entries dropped because their TTL was over."),
        figure("hit_mean", Unit::seconds, Merge::mean, "Mean time of an answer from the cache."),
        figure("miss_mean", Unit::seconds, Merge::mean,
               "Mean time of an answer that had to be loaded."),
        figure("latency_gain", Unit::count, Merge::mean,
               "How many times longer a miss takes than a hit."),
        figure("loads_peak", Unit::count, Merge::peak, "Most loads begun within one second."),
        figure("recovery", Unit::seconds, Merge::mean,
               "Time from a crash until the hit ratio was back at 90 % of what it was before.")};
    static constexpr auto resources =
        std::array{command_thread("command thread"), command_thread("command threads")};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Cache::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = spec.talks_among_itself(),
                .pods = {},
                .stand_in_callers = spec.placement == Placement::local};
    }
    static Answers answers(const Cache::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = true,
                .has_versions = true,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static PassesOn passes_on(const Cache::Spec& spec) {
        return {.balancers = 0,
                .members = nullptr,
                .is_bypassed = spec.when_down == WhenDown::bypass,
                .is_asked_beside = spec.placement != Placement::proxy};
    }
    static Capacity capacity(const Cache::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = 0,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.instances)}},
                .notes = {}};
    }
    // What it keeps cannot be known before; at worst it has nothing.
    static Cost cost(const Cache::Spec& spec, const std::string& endpoint, Costing& costing) {
        if (endpoint == "session" && spec.sessions) {
            costing.note("which users have to log in again is left out here.");
            Cost look;
            look.stays_s = sim::seconds(spec.command_time);
            return look;
        }
        costing.note(fmt::format(
            "what it keeps off {} cannot be known before a run: it is reckoned as if it never hit.",
            spec.calls.node));
        Cost cost = passed_on(spec.calls, endpoint, 1, costing);
        // A command to look, and one to keep what was not there.
        const double commands_s = 2 * sim::seconds(spec.command_time);
        cost.stays_s += commands_s;
        if (commands_s > 0) {
            cost.resources[spec.threads == 1 ? "command thread" : "command threads"] = {
                commands_s, static_cast<double>(spec.threads), true};
        }
        return cost;
    }
};

}  // namespace

const NodeKind& cache_kind() {
    static const NodeKind kind = node_kind<CacheKind>();
    return kind;
}

}  // namespace models
