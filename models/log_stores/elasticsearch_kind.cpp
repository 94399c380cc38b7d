#include "models/log_stores/elasticsearch.h"
#include "models/nodes.h"

namespace models {

namespace {

struct ElasticsearchKind {
    using Node = Elasticsearch;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody."};
    static constexpr auto figures = std::array{
        figure("cpu_in_use", Unit::share, Merge::over_time, "Core time in use."),
        figure("documents", Unit::count, Merge::sum, "Documents that were indexed."),
        figure("merged_documents", Unit::count, Merge::sum,
               "Documents that merges wrote once more, on all copies."),
        figure("recovered_documents", Unit::count, Merge::sum,
               "Documents that copies caught up on after their data node had been down."),
        figure("rejected_by_heap", Unit::count, Merge::sum,
               "Bulk requests answered 429 for indexing pressure: too many bytes in the heap."),
        figure("rejected_by_queue", Unit::count, Merge::sum,
               "Requests answered 429 because a queue for threads was full."),
        figure("partial_results", Unit::count, Merge::sum,
               "Searches answered without some shards, or before they were searched to the end."),
        figure("timed_out_shards", Unit::count, Merge::sum,
               "Searches of a shard that search_timeout ended."),
        figure("lost_documents", Unit::count, Merge::sum,
               "Documents lost with the last copy of their shard: indexed since the snapshot from "
               "which it was restored."),
        figure(
            "repair_time", Unit::seconds, Merge::peak,
            "Longest time from the corruption of a copy, or its allocation to another data node, "
            "until its files were whole."),
        figure("rejected_by_breaker", Unit::count, Merge::sum,
               "Aggregations of a shard that its circuit breaker refused: the heap was too full."),
        figure("out_of_memory", Unit::count, Merge::sum,
               "Times that a data node ended as its heap was full."),
        figure("gc_time", Unit::seconds, Merge::sum,
               "Time that data nodes stood still to collect their heaps."),
        figure("reallocated_shards", Unit::count, Merge::sum,
               "Copies of shards allocated to another data node, as theirs stayed away."),
        figure("busiest_core_time", Unit::seconds, Merge::peak,
               "Core time used by the data node that used most."),
        figure("bulk_heap_peak", Unit::bytes, Merge::peak,
               "Most bytes of bulk requests in the heap of a data node."),
        figure("search_delay", Unit::seconds, Merge::distribution,
               "From a bulk's end to the refresh that makes its documents searchable, by shard."),
        figure("segments", Unit::count, Merge::last, "Segments of all copies at the end."),
        figure("core_time", Unit::seconds, Merge::sum, "Core time used by all data nodes.")};
    static constexpr auto resources = std::array{
        resource("indexing pressure", ResourceKind::places, Unit::count,
                 "Bulk requests under way lie in the heap of the data node that coordinates them.",
                 "The end of the bulk request.",
                 {.parameter = "indexing_pressure", .refusal = cause::rate_limited}),
        resource(
            "write threads", ResourceKind::work, Unit::count,
            "A part of a bulk request holds one of its shard's data node, which has as many "
            "as cores.",
            "The part is indexed.",
            {.parameter = "cores", .within = "indexing pressure", .refusal = cause::rate_limited}),
        resource("search threads", ResourceKind::places, Unit::count,
                 "A search holds one of each shard's data node, which has half as many more as "
                 "cores, and one.",
                 "The shard is searched.", {.parameter = "cores", .refusal = cause::rate_limited}),
        resource("heap", ResourceKind::stock, Unit::bytes,
                 "Buckets of aggregations and bulk requests lie in a data node's; the circuit "
                 "breaker refuses what would fill it.",
                 "The aggregation is done.", {.parameter = "heap", .refusal = cause::rate_limited}),
        resource("cores", ResourceKind::work, Unit::count,
                 "Indexing, merges and searches of a data node share them.", "The work is done.",
                 {.parameter = "cores", .within = "search threads"})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Elasticsearch::Spec& spec) {
        return {.instances = spec.machines,
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = spec.machines > 1,
                .pods = {}};
    }
    static Answers answers(const Elasticsearch::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = true,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static Capacity capacity(const Elasticsearch::Spec& spec) {
        return {.instances = spec.machines,
                .cores = spec.cores,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.machines)},
                         {"master_price", spec.master_price,
                          static_cast<double>(spec.dedicated_masters)}},
                .notes = {"heap that bulk requests take is left out here."}};
    }
    // Each shard's part of a bulk is worked on at the primary, and then at all replicas at once.
    static Cost cost(const Elasticsearch::Spec& spec, const std::string& endpoint,
                     Costing& costing) {
        Cost cost;
        if (endpoint != "bulk") {
            costing.note(
                "what a search takes depends on the segments that there are: it is left out here.");
            return cost;
        }
        costing.note("merges of segments are left out here.");
        const double documents = static_cast<double>(spec.bulk_documents) / spec.shards;
        const double part_s = sim::seconds(spec.document_time) * documents;
        for (std::uint32_t each = 0; each < spec.shards * (spec.replicas + 1); ++each) {
            cost.add_work(part_s, 0);
        }
        cost.stays_s = (spec.replicas > 0 ? 2 : 1) * part_s;
        return cost;
    }
};

}  // namespace

const NodeKind& elasticsearch_kind() {
    static const NodeKind kind = node_kind<ElasticsearchKind>();
    return kind;
}

}  // namespace models
