// What the kinds of databases say alike: each machine has an engine (engine.h, storage.h), with
// cores and a pool of connections.
#pragma once

#include "models/node_kind.h"

namespace models {

inline constexpr auto kEngineFigures = std::array{
    figure("cpu_in_use", Unit::share, Merge::over_time, "Core time in use."),
    figure("connections_active", Unit::count, Merge::over_time, "Connections of its pool in use."),
    figure("connections_max", Unit::count, Merge::over_time, "Connections that its pool has."),
    figure("buffer_hit_ratio", Unit::share, Merge::mean, "Pages that queries found in memory."),
    figure("page_reads", Unit::per_second, Merge::mean, "Pages read from the device a second."),
    figure("device_in_use", Unit::share, Merge::mean,
           "Share of the device's queue that was in use, mean over time.")};

inline constexpr auto kEngineResources = std::array{
    resource("connections", ResourceKind::places, Unit::count,
             "A query or a transaction holds one from its beginning to its end.",
             "The end of the query, or of the transaction.",
             {.parameter = "connections", .refusal = Cause::no_connection}),
    resource("cores", ResourceKind::work, Unit::count, "Queries are at work on them.",
             "The end of the query's core time.", {.parameter = "cores", .within = "connections"}),
    resource("device", ResourceKind::work, Unit::count,
             "Each read or write of a page takes a place in the device's queue.",
             "The device has read or written the page.",
             {.parameter = "storage.queue_depth", .within = "connections"})};

// Of machines that stand nowhere of their own, and send each other nothing.
template <class Spec>
Instances engine_instances(const Spec& spec) {
    return {.instances = spec.instance_count(),
            .suffers = spec.suffers(),
            .zones = {},
            .roles = {},
            .has_doors = false,
            .talks_among_itself = false,
            .pods = {}};
}

// Of queries called by name, without transactions of several calls.
template <class Spec>
Answers engine_answers(const Spec& spec) {
    return {.endpoints = spec.endpoint_names(),
            .first_answers = false,
            .reads_content = false,
            .takes_evictions = false,
            .has_versions = true,
            .readings = {},
            .audiences = {},
            .no_transactions = kNoDatabase};
}

template <class Spec>
Capacity engine_capacity(const Spec& spec) {
    return {.instances = spec.instance_count(),
            .cores = spec.cores,
            .slots_name = "connections",
            .slots = static_cast<double>(spec.connections) * spec.instance_count(),
            .usd_per_hour = spec.price.usd_per_hour * spec.instance_count(),
            .notes = {}};
}

}  // namespace models
