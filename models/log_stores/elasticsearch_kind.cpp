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
        figure("bulk_heap_peak", Unit::bytes, Merge::peak,
               "Most bytes of bulk requests in the heap of a data node."),
        figure("search_delay", Unit::seconds, Merge::distribution,
               "From a bulk's end to the refresh that makes its documents searchable, by shard."),
        figure("segments", Unit::count, Merge::last, "Segments of all copies at the end."),
        figure("core_time", Unit::seconds, Merge::sum, "Core time used by all data nodes.")};
    static constexpr auto resources =
        std::array{resource("cores", ResourceKind::work, Unit::count,
                            "Indexing, merges and searches of a data node share them.",
                            "The work is done.", {.parameter = "cores"})};
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
                .usd_per_hour = spec.usd_per_hour(),
                .notes = {}};
    }
    static constexpr None cost{"The work of a search depends on the segments that there are."};
};

}  // namespace

const NodeKind& elasticsearch_kind() {
    static const NodeKind kind = node_kind<ElasticsearchKind>();
    return kind;
}

}  // namespace models
