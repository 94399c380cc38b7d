// The node that knows the shards: it sends each request to the one that has its item, and what is
// about all items to every shard.
//
//     "calls": "users.all"             every shard at once; the answer waits for the slowest
//     "calls": "users.all_serially"    one after another
//     "calls": "users.range"           the shards of `range_items` items from the request's on
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/node.h"
#include "models/shards/row_migration.h"
#include "models/shards/shardings.h"

namespace models {

class Shards final : public Node, public Service {
public:
    struct Spec {
        static constexpr std::string_view kind = "shards";
        static constexpr std::string_view doc =
            "A shard router: sends requests to the shard that has the item, or to all shards "
            "(scatter-gather).";
        std::vector<spec::CallRef> calls;
        spec::Distribution<sim::Duration> latency;
        std::vector<PolicyChoice> policies;
        ShardingChoice sharding;
        std::uint32_t active = 0;
        std::string key_prefix;
        std::vector<std::string> key_names;
        std::uint64_t rows = 0;
        std::uint64_t range_items = 100;
        sim::Duration merge_time{};
        std::optional<spec::CallRef> directory;
        bool directory_cache = false;
        std::optional<MoreShards> resharding;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("calls", &Spec::calls, not_empty(), "The shards, in order."),
                param("latency", &Spec::latency,
                      "The network to a shard, one way, instead of the links there."),
                param("policies", &Spec::policies,
                      "Resilience policies of calls to the shards: timeout, retry, circuit breaker "
                      "and so on."),
                param("sharding", &Spec::sharding, "Which shard has an item."),
                param("active", &Spec::active,
                      "Number of shards in use at the start, from the first; the others are for "
                      "resharding. With 0 (the default) all are."),
                param("key_prefix", &Spec::key_prefix,
                      "Prefix before an item's number in its key, as \"user-\"."),
                param("key_names", &Spec::key_names, "Keys of the first items, in full."),
                param("rows", &Spec::rows, at_most(std::uint64_t{100000000}),
                      "Number of items, for the figures of imbalance and for the rows a resharding "
                      "moves."),
                param("range_items", &Spec::range_items, at_least(1u), at_most(1000000u),
                      "Items that a range query spans, from the request's item on."),
                param("merge_time", &Spec::merge_time, at_least(sim::Duration::zero()),
                      "Time to merge the answers of several shards."),
                param("directory", &Spec::directory,
                      "A directory node that is asked first which shard has an item. Without it "
                      "the router computes the shard itself."),
                param("directory_cache", &Spec::directory_cache,
                      "Whether the directory's answers are cached. A cached answer may be stale "
                      "after a resharding."),
                param("resharding", &Spec::resharding,
                      "Resharding during the run: shards are added and rows move to them. Without "
                      "it the shards stay as they are.")};
        }
        std::uint32_t instance_count() const { return 0; }
        Abilities suffers() const { return {}; }
        std::vector<std::string> endpoint_names() const { return {"all", "all_serially", "range"}; }
        spec::Around around() const { return around_call(policies, latency); }
        void check(spec::Check& check) const {
            check.that(active <= calls.size(), "active", "more than there are shards");
            check.that(!resharding || resharding->shards <= calls.size(), "resharding",
                       "more than there are shards", "list them all under calls");
            check.that(!resharding || rows > 0, "resharding", "there are no rows to move",
                       "say how many \"rows\" there are");
        }
    };

    Shards(const Spec& spec, const Context& context);

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override {
        if (migration_) migration_->dismiss();
    }
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;

    Reply call(Request request) override;

    // What a resharding needs of it.
    std::int64_t shard_of(std::uint64_t item, std::uint32_t shards) const;
    std::uint64_t rows() const { return spec_.rows; }
    std::uint32_t count() const { return static_cast<std::uint32_t>(spec_.calls.size()); }
    std::uint32_t active() const { return active_; }
    Edge& edge(std::uint32_t shard) { return edges_[shard]; }
    bool shard_takes_batches(std::uint32_t shard) const;
    void cut_over(std::uint32_t shards) { active_ = shards; }

private:
    Reply ask(std::uint32_t shard, Request request);
    Reply ask_owner(Request request);
    Reply ask_several(std::vector<std::uint32_t> shards, Request request, bool serially);
    Reply ask_moving(Request request);
    Reply look_up(Request request);
    std::int64_t owner_of(const Request& request) const;
    std::vector<std::uint32_t> shards_of_range(std::uint64_t first) const;

    Spec spec_;
    Context context_;
    std::unique_ptr<Sharding> sharding_;
    std::uint32_t active_;
    std::deque<Edge> edges_;
    std::optional<Edge> directory_;
    std::unordered_map<std::uint64_t, std::int64_t> known_;  // what the directory said of items
    std::vector<std::uint64_t> requests_;                    // of each shard
    std::uint64_t asked_count_ = 0;
    std::uint64_t touched_count_ = 0;
    Tally asked_, touched_, index_errors_, lookups_, redirects_;
    std::optional<RowMigration> migration_;
};

}  // namespace models
