// An index of Elasticsearch, on data nodes of its own; OpenSearch is the same engine.
//
// Documents come in bulk requests. A bulk is divided evenly over the primary shards; on each its
// part takes a thread of the write pool (as many as cores), and core time for every document, as
// every word of it goes into the inverted index; then each replica of the shard does the same work
// again. The bulk is answered when all copies have it. While it is under way its bytes lie in the
// heap of the data node that coordinates it, which answers 429 when they would be more than
// indexing_pressure of the heap (indexing_pressure.memory.limit), or when a write queue is full.
//
// What was indexed is found from the next refresh on, which makes a segment of it. When a tier has
// segments_per_tier segments they are merged into one of the next tier, with every document
// written once more (tiered merges, as Lucene's TieredMergePolicy, of equal segments). A search
// asks one copy of every shard, and goes through each segment of it: what it costs depends on the
// number of segments, and not on how much was stored, as each has its own inverted index.
//
// Each data node is a machine in a place of its own; any of them coordinates. When one dies, the
// next copy in sync is the primary at once, as the master learns of a closed connection. A node
// that is back gets what it missed from the primary and indexes it, beside what comes, and is in
// sync once it has all (peer recovery). One that stays away for delayed_timeout loses its copies:
// each is allocated to the data node with fewest that has none of that shard, and copied to it from
// one in sync, with recovery_bandwidth. A shard without a copy in sync takes nothing, is not
// searched, and stays where it is.
//
// A search that lacks shards is answered with what the others found, and says so (_shards.failed),
// unless allow_partial_search_results is off or none is left: then it fails (503). A shard is
// searched for search_timeout at most from when it has a thread, and what it found by then counts
// (timed_out); with partial results off, the search fails.
//
// A corrupt copy is in sync no more. The whole shard is copied to it from one that is, with
// recovery_bandwidth, and then what came meanwhile. Where there is none the index is red: somebody
// restores the shard from the last snapshot, and what was indexed since is lost. A snapshot takes
// no time, and nothing of the node; without any, the shard stays red.
//
// With `aggregations` a data node's heap is collected, refuses and ends as data_node_heap.h has it.
//
// Left out: copies that are moved back to a node which has returned (rebalancing); fetching the
// found documents, analysis by language, _source; the vote of masters; corruption that is not
// found.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/causes.h"
#include "models/log_stores/data_node_heap.h"
#include "models/log_stores/log_machine.h"
#include "models/node.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "sim/semaphore.h"

namespace models {

struct SnapshotSpec {
    static constexpr std::string_view type_name = "snapshot";
    static constexpr std::string_view doc =
        "Snapshots of an index, the first at the start, and how it is restored from one.";
    sim::Duration interval = std::chrono::minutes(30);
    sim::Duration restore_after = std::chrono::minutes(5);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("interval", &SnapshotSpec::interval, above(sim::Duration::zero()),
                  "Time between two snapshots, which a snapshot repository keeps (SLM). The "
                  "default is the least that Elastic Cloud takes."),
            param("restore_after", &SnapshotSpec::restore_after, at_least(sim::Duration::zero()),
                  "Time from the loss of a shard's last copy until its restore begins: somebody "
                  "has to notice and to decide. The default is an assumption.")};
    }
};

class Elasticsearch final : public Node, public Service {
public:
    struct Spec {
        static constexpr std::string_view kind = "elasticsearch";
        static constexpr std::string_view doc =
            "An index of Elasticsearch or OpenSearch: documents in bulk, shards and replicas, "
            "refreshes and merges of segments, and a heap that limits what is taken in.";
        std::uint32_t machines = 3;
        std::uint32_t cores = 4;
        sim::Bytes heap{std::uint64_t{4} << 30U};
        sim::Fraction indexing_pressure{0.1};
        std::uint32_t shards = 1;
        std::uint32_t replicas = 1;
        std::uint32_t bulk_documents = 500;
        sim::Bytes document_size{500};
        sim::Duration document_time = std::chrono::microseconds(40);
        std::uint32_t write_queue = 10000;
        std::uint32_t search_queue = 1000;
        sim::Duration refresh_interval = std::chrono::seconds(1);
        std::uint32_t segments_per_tier = 10;
        sim::Duration merge_time = std::chrono::microseconds(5);
        sim::Duration segment_time = std::chrono::milliseconds(1);
        std::optional<sim::Duration> search_timeout;
        bool allow_partial_search_results = true;
        std::uint64_t preload = 0;
        sim::Bytes recovery_bandwidth{std::uint64_t{40} << 20U};
        std::optional<SnapshotSpec> snapshot;
        sim::Duration delayed_timeout = std::chrono::minutes(1);
        std::optional<AggregationsSpec> aggregations;
        InstancePrice price{};
        std::uint32_t dedicated_masters = 0;
        InstancePrice master_price{};
        static constexpr auto params() {
            using namespace spec;
            constexpr auto none = at_least(sim::Duration::zero());
            return std::tuple{
                param("machines", &Spec::machines, between(1u, 1000u), "Data nodes."),
                param("cores", &Spec::cores, between(1u, 1024u),
                      "Cores of each data node, and threads of its write pool."),
                param("heap", &Spec::heap, above(sim::Bytes{0}),
                      at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                      "Heap of each data node (-Xmx)."),
                param("indexing_pressure", &Spec::indexing_pressure, above(sim::Fraction{0}),
                      "Share of the heap that bulk requests under way may take at the data node "
                      "that coordinates them (indexing_pressure.memory.limit); further ones are "
                      "answered 429."),
                param("shards", &Spec::shards, between(1u, 1024u),
                      "Primary shards of the index (number_of_shards)."),
                param("replicas", &Spec::replicas, at_most(100u),
                      "Replicas of each primary shard (number_of_replicas), each on another data "
                      "node."),
                param("bulk_documents", &Spec::bulk_documents, between(1u, 1000000u),
                      "Documents in a bulk request."),
                param("document_size", &Spec::document_size, above(sim::Bytes{0}),
                      at_most(sim::Bytes{std::uint64_t{1} << 30U}), "Bytes of a document."),
                param("document_time", &Spec::document_time, none,
                      "Core time to index a document on one copy of its shard. The default is an "
                      "assumption, not a measurement."),
                param("write_queue", &Spec::write_queue, at_most(10000000u),
                      "Parts of bulk requests that wait for a write thread of a data node "
                      "(thread_pool.write.queue_size); further ones are answered 429."),
                param("search_queue", &Spec::search_queue, at_most(10000000u),
                      "Searches of shards that wait for a search thread of a data node "
                      "(thread_pool.search.queue_size); further ones are answered 429."),
                param("refresh_interval", &Spec::refresh_interval,
                      at_least(sim::Duration(std::chrono::milliseconds(1))),
                      "Time between two refreshes, which make what was indexed searchable "
                      "(index.refresh_interval)."),
                param("segments_per_tier", &Spec::segments_per_tier, between(2u, 1000u),
                      "Segments of one tier that are merged into one of the next."),
                param("merge_time", &Spec::merge_time, none,
                      "Core time to write a document once more in a merge. The default is an "
                      "assumption."),
                param("segment_time", &Spec::segment_time, none,
                      "Core time of a search in one segment. The default is an assumption."),
                param("search_timeout", &Spec::search_timeout, above(sim::Duration::zero()),
                      "How long a shard is searched at most (a search's timeout): what it found by "
                      "then counts. Without it (the default) there is no limit."),
                param("allow_partial_search_results", &Spec::allow_partial_search_results,
                      "Whether a search in which shards timed out or have no copy in sync is "
                      "answered with what was found. If not, it fails."),
                param("preload", &Spec::preload, at_most(std::uint64_t{1} << 40U),
                      "Documents in the index at the start, evenly in its shards; they make its "
                      "files, and no segments."),
                param("recovery_bandwidth", &Spec::recovery_bandwidth, at_least(sim::Bytes{1}),
                      at_most(sim::Bytes{std::uint64_t{1} << 40U}),
                      "Bytes a second with which a shard is copied to a data node, from another "
                      "copy or a snapshot (indices.recovery.max_bytes_per_sec)."),
                param("snapshot", &Spec::snapshot,
                      "Snapshots, from which a shard without a copy is restored. Without them (the "
                      "default) a shard whose last copy is corrupt stays lost."),
                param("delayed_timeout", &Spec::delayed_timeout, none,
                      "How long a data node is away before its copies of shards are allocated to "
                      "others, if those have one in sync to copy from "
                      "(index.unassigned.node_left.delayed_timeout)."),
                param("aggregations", &Spec::aggregations,
                      "Aggregations, called as `aggregate`, and the heap that they and bulk "
                      "requests take. Without it (the default) nobody aggregates, and the heap has "
                      "no collector."),
                param("price", &Spec::price,
                      "Price of each data node by time, or its size in `prices.sizes`. Without it, "
                      "that of `instance_hours`."),
                param("dedicated_masters", &Spec::dedicated_masters, at_most(99u),
                      "Dedicated master nodes, which hold no data."),
                param("master_price", &Spec::master_price,
                      "Price of each dedicated master by time, or its size in `prices.sizes`. "
                      "Without it, that of `instance_hours`.")};
        }
        std::vector<std::string> endpoint_names() const {
            std::vector<std::string> names{"bulk", "search"};
            if (aggregations) names.emplace_back("aggregate");
            return names;
        }
        std::uint64_t bulk_bytes() const { return document_size.count * bulk_documents; }
        // At a time, in the heap of one data node.
        std::size_t most_bulks() const;
        Abilities suffers() const;
        void check(spec::Check& check) const {
            check.that(replicas < machines, "replicas",
                       "there are not enough data nodes for a replica on each",
                       "a copy of a shard needs a data node of its own: raise `machines`");
        }
    };

    Elasticsearch(const Spec& spec, const Context& context);

    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override { crew_.dismiss(); }
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }
    Reply call(Request request) override;

private:
    using Took = LogMachine::Took;

    static constexpr Took kTooMany{{Outcome::rejected, cause::rate_limited}};
    static constexpr Took kUnavailable{{Outcome::failed, cause::unavailable}};

    // A data node.
    class Machine final : public LogMachine, public Corruptible, Heaped {
    public:
        Machine(Elasticsearch& index, std::uint32_t number);
        void take_down() override;
        void bring_up() override;
        void corrupt() override { index_.corrupt(*this); }

        sim::Semaphore writes;
        sim::Semaphore searches;
        sim::Semaphore merges;
        sim::Semaphore bulks;  // in its heap
        std::optional<DataNodeHeap> heap;

        ProcessHeap* process() { return heap ? &heap->process() : nullptr; }

    private:
        friend Elasticsearch;

        void stop_world() override { stand_still(true); }
        void resume_world() override { stand_still(false); }
        void out_of_heap() override;
        void collector_takes(double share) override { leave_cores(1 - share); }
        void collected(std::string_view, double, double, sim::Duration) override {}

        Elasticsearch& index_;
        bool is_dying_ = false;
    };
    // A primary or a replica.
    struct Copy {
        Machine* machine = nullptr;
        std::uint64_t buffered = 0;                          // documents since the last refresh
        std::vector<std::vector<std::uint64_t>> tiers = {};  // documents of each segment
        std::vector<sim::Time> unsearchable = {};            // of a primary: when bulks were done
        std::uint64_t missed = 0;  // documents that the others took while it was down
        bool is_merging = false;
        bool is_recovering = false;
        bool is_corrupt = false;

        std::size_t segments() const;
        bool is_in_sync() const { return machine->is_up() && missed == 0 && !is_corrupt; }
    };
    struct Shard {
        std::uint64_t documents = 0;
        std::uint64_t in_snapshot = 0;  // of these
    };
    // A request, at the data node that coordinates it.
    struct Asked {
        Request request;
        Machine& coordinator;
    };

    Copy& copy_of(std::size_t shard, std::size_t which) {
        return copies_[shard * (spec_.replicas + 1) + which];
    }
    Machine* coordinator();
    // The first in sync, from one on; null when there is none.
    Copy* in_sync(std::size_t shard, std::size_t from = 0);
    sim::Task<Took> bulk(Asked asked);
    sim::Task<Took> search(Asked asked);
    sim::Task<Took> search(Asked asked, std::size_t shard, std::size_t which);
    Took found(const std::vector<Took>& all, bool lacks_some);
    sim::Task<Took> index(Asked asked, std::size_t shard, std::uint64_t documents);
    sim::Task<Took> replicate(Asked asked, std::size_t shard, const Copy* primary,
                              std::uint64_t documents);
    sim::Task<Took> write(Asked asked, PlaceId from, Copy& copy, std::uint64_t documents);
    sim::Task<Took> work(Machine& machine, sim::Semaphore& threads, sim::Duration demand,
                         std::optional<sim::Duration> limit = std::nullopt);
    static Took together(const std::vector<Took>& parts);
    void recover();
    sim::Task<void> recover(std::size_t shard, Copy& copy);
    void corrupt(const Machine& machine);
    sim::Task<void> repair(std::size_t shard, Copy& copy);
    sim::Task<void> reallocate(Machine& machine);
    Machine* target_for(std::size_t shard);
    sim::Task<void> die(Machine& machine);
    sim::Task<Took> aggregate(Machine& machine, sim::Duration demand);
    sim::Duration time_to_copy(std::uint64_t documents) const;
    sim::Task<void> take_snapshots();
    sim::Task<void> refresh();
    void refresh(Copy& copy);
    sim::Task<void> merge(Copy& copy);
    std::size_t full_tier(const Copy& copy) const;
    void spent(EndpointId endpoint, const Took& took);

    Spec spec_;
    Context context_;
    MemberPlaces places_;
    std::uint64_t way_draws_;
    std::deque<Machine> machines_;
    std::vector<Instance*> instances_;
    std::vector<Copy> copies_;  // by shard, its primary first
    std::vector<Shard> shards_;
    Tally documents_, merged_, recovered_, rejected_by_heap_, rejected_by_queue_;
    Tally partial_results_, timed_out_shards_, lost_documents_, repair_time_;
    Tally heap_peak_;
    Tally rejected_by_breaker_, out_of_memory_, reallocated_;
    Spread search_delay_;
    std::size_t turn_ = 0;
    std::uint64_t parts_ = 0;  // sent so far
    std::vector<sim::Duration> busy_before_;
    sim::TaskGroup crew_;
};

}  // namespace models
