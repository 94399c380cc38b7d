#include "models/nodes.h"
#include "models/redis_streams/redis_streams.h"

namespace models {

namespace {

struct RedisStreamsKind {
    using Node = redis_streams::RedisStreams;
    static constexpr Role role = Role::answers;
    static constexpr None edges{"It calls nobody: it answers on connections that others open."};
    static constexpr auto figures = std::array{
        figure("published", Unit::count, Merge::sum, "Entries that were added."),
        figure("out_of_memory", Unit::count, Merge::sum,
               "XADDs that were refused, as `maxmemory` was reached."),
        figure("trimmed", Unit::count, Merge::sum,
               "Entries that MAXLEN has taken away, read or not."),
        figure("lost", Unit::count, Merge::sum, "Entries that a crash has taken away."),
        figure("length", Unit::count, Merge::last, "Entries that are there at the end."),
        figure("memory", Unit::bytes, Merge::over_time,
               "Memory of macro nodes and of pending entries: the latter an assumption of 100 "
               "bytes each."),
        figure("memory_peak", Unit::bytes, Merge::peak, "Most of it at a time."),
        figure("publish_time", Unit::seconds, Merge::distribution,
               "From when an entry is published until its publisher is told.")};
    static constexpr auto resources =
        std::array{resource("command thread", ResourceKind::work, Unit::count,
                            "The one thread, which carries out commands and sends entries.",
                            "The end of the command's time.", {.parameter = "command_time"}),
                   resource("memory", ResourceKind::stock, Unit::bytes,
                            "Macro nodes of entries, and entries that are pending; an XADD beyond "
                            "it is refused.",
                            "Entries are trimmed (MAXLEN), or acknowledged.",
                            {.parameter = "maxmemory", .refusal = cause::out_of_memory})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const redis_streams::RedisStreams::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = false,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const redis_streams::RedisStreams::Spec& spec) {
        return {.endpoints = spec.stream_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase,
                .has_locks = false,
                .publishing = {&spec::parameters_of<redis_streams::StreamPublishing>()},
                .queues = spec.stream_names(),
                .taken_by = "redis_stream_consumers"};
    }
    static Capacity capacity(const redis_streams::RedisStreams::Spec& spec) {
        return {.instances = 1,
                .cores = 1,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, 1}},
                .notes = {}};
    }
    // XADD; consumers' commands depend on how many entries they find.
    static Cost cost(const redis_streams::RedisStreams::Spec& spec, const std::string&,
                     Costing& costing) {
        costing.note("what consumers of its streams ask for is left out.");
        if (spec.maxmemory) costing.note("how its memory fills up is left out here.");
        Cost cost;
        cost.stays_s = sim::seconds(spec.command_time);
        cost.resources["command thread"] = {cost.stays_s, 1, true, true};
        return cost;
    }
};

}  // namespace

const NodeKind& redis_streams_kind() {
    static const NodeKind kind = node_kind<RedisStreamsKind>();
    return kind;
}

}  // namespace models
