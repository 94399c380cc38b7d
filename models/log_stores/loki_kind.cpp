#include "models/log_stores/loki.h"
#include "models/nodes.h"

namespace models {

namespace {

struct LokiKind {
    using Node = Loki;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody."};
    static constexpr auto figures = std::array{
        figure("cpu_in_use", Unit::share, Merge::over_time, "Core time in use."),
        figure("lines", Unit::count, Merge::sum, "Lines that were taken in."),
        figure("refused_streams", Unit::count, Merge::sum,
               "Pushes answered 429 because there would have been more than max_streams streams."),
        figure("streams", Unit::count, Merge::last, "Streams at the end."),
        figure("chunks", Unit::count, Merge::sum, "Chunks written to the object store."),
        figure("chunk_bytes", Unit::bytes, Merge::sum,
               "Compressed bytes of the chunks written to the object store."),
        figure("queries", Unit::count, Merge::sum, "Queries that were answered."),
        figure("bytes_scanned", Unit::bytes, Merge::sum, "Bytes of lines that queries read."),
        figure("core_time", Unit::seconds, Merge::sum, "Core time used by all machines.")};
    static constexpr auto resources =
        std::array{resource("cores", ResourceKind::work, Unit::count,
                            "Pushes and queries of a machine share them.", "The work is done.",
                            {.parameter = "cores"}),
                   resource("streams", ResourceKind::stock, Unit::count,
                            "Each set of values of the labels is a stream from its first push on.",
                            "No stream ends; fewer values of the labels make fewer.",
                            {.parameter = "max_streams", .refusal = cause::rate_limited})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const Loki::Spec& spec) {
        return {.instances = spec.machines,
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = spec.machines > 1,
                .pods = {}};
    }
    static Answers answers(const Loki::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = true,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static Capacity capacity(const Loki::Spec& spec) {
        return {.instances = spec.machines,
                .cores = spec.cores,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.machines)}},
                .notes = {"how many streams there come to be is left out here."}};
    }
    // A push is worked on by as many ingesters as keep it, all at once.
    static Cost cost(const Loki::Spec& spec, const std::string& endpoint, Costing& costing) {
        Cost cost;
        if (endpoint == "query") {
            costing.note("what a query takes depends on what is stored: it is left out here.");
            return cost;
        }
        cost.stays_s = sim::seconds(spec.line_time) * spec.push_lines;
        for (std::uint32_t each = 0; each < spec.replication_factor; ++each) {
            cost.add_work(cost.stays_s, 0);
        }
        return cost;
    }
};

}  // namespace

const NodeKind& loki_kind() {
    static const NodeKind kind = node_kind<LokiKind>();
    return kind;
}

}  // namespace models
