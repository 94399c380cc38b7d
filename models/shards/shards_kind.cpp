#include "models/nodes.h"
#include "models/shards/shards.h"

namespace models {

namespace {

struct ShardsKind {
    using Node = Shards;
    static constexpr Role role = Role::answers | Role::passes_on;
    static constexpr auto edges =
        std::array{edge("calls", Passes::on, "Requests, to those that have what they are about."),
                   edge("directory", Passes::own, "Lookups of the shard that has an item."),
                   edge("policies", Passes::own, "The fallback's call, made when a shard fails.")};
    static constexpr auto figures = std::array{
        figure("redirects", Unit::count, Merge::sum,
               "Requests sent on by a shard that does not have the item any more."),
        figure("caught_up_rows", Unit::count, Merge::sum,
               "Moved rows that were copied again because they were written meanwhile (catch-up)."),
        figure("held_writes", Unit::count, Merge::sum,
               "Writes held back during the cut-over of rows to their new shard."),
        figure("stale_reads", Unit::count, Merge::sum,
               "Stale reads: answers that lacked a write already acknowledged."),
        figure("missing_reads", Unit::count, Merge::sum,
               "Reads that missed a row that exists, because they asked the wrong shard."),
        figure("lost_rows", Unit::count, Merge::last, "Rows that no shard has at the end."),
        figure("doubled_rows", Unit::count, Merge::last, "Rows that two shards have at the end."),
        figure("asked", Unit::count, Merge::sum, "Requests that arrived at the router."),
        figure("touched", Unit::count, Merge::sum,
               "Shards that were asked, summed over all requests."),
        figure("index_errors", Unit::count, Merge::sum,
               "Requests whose shard the directory did not know."),
        figure("lookups", Unit::count, Merge::sum, "Lookups at the directory."),
        figure("moved_rows", Unit::count, Merge::sum, "Rows that resharding moved."),
        figure("most_rows", Unit::share, Merge::peak,
               "Share of the rows that the fullest shard has."),
        figure("least_rows", Unit::share, Merge::least,
               "Share of the rows that the emptiest shard has."),
        figure("rows_imbalance", Unit::count, Merge::mean,
               "Rows of the fullest shard over the mean (1 is balanced)."),
        figure("shards_touched", Unit::count, Merge::mean, "Shards that a request asked."),
        figure("moved_share", Unit::share, Merge::mean, "Share of all rows that resharding moved."),
        figure("resharding_time", Unit::seconds, Merge::mean,
               "Time from the start of the resharding to its end.")};
    static constexpr None resources{"What it passes on, it passes on at once."};
    static constexpr None usages{"It is a rule in its callers."};
    static constexpr None instances{"It is part of those that call it."};
    static Answers answers(const Shards::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static PassesOn passes_on(const Shards::Spec&) { return {.balancers = 0, .members = nullptr}; }
    static Capacity capacity(const Shards::Spec&) {
        return {.instances = 0, .cores = 0, .slots_name = {}, .slots = 0, .paid = {}, .notes = {}};
    }
    // One shard, each as often as the others, or all of them.
    static Cost cost(const Shards::Spec& spec, const std::string& endpoint, Costing& costing) {
        const bool asks_all = endpoint.starts_with("all");
        if (endpoint == "range") {
            costing.note(
                "how many shards a range goes to is left out here: it is reckoned as one.");
        }
        const std::size_t active = spec.active == 0 ? spec.calls.size() : spec.active;
        const double each = asks_all ? 1 : 1.0 / static_cast<double>(active);
        Cost all;
        for (std::size_t i = 0; i < active; ++i) {
            const Cost cost = costing.of_call(spec.calls[i]);
            for (const auto& [target, times] : cost.calls) all.calls[target] += each * times;
            all.stays_s = endpoint == "all" ? std::max(all.stays_s, cost.stays_s)
                                            : all.stays_s + each * cost.stays_s;
            all.success = asks_all ? all.success * cost.success : cost.success;
        }
        if (asks_all) all.stays_s += sim::seconds(spec.merge_time);
        return all;
    }
};

}  // namespace

const NodeKind& shards_kind() {
    static const NodeKind kind = node_kind<ShardsKind>();
    return kind;
}

}  // namespace models
