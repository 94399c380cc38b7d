// What the kinds of databases say alike: each machine has an engine (engine.h, storage.h), with
// cores and a pool of connections.
#pragma once

#include <algorithm>

#include "models/node_kind.h"
#include "models/times.h"
#include "sim/cpu.h"

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
             {.parameter = "connections", .refusal = cause::no_connection}),
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
            .paid = {{"price", spec.price, static_cast<double>(spec.instance_count())}},
            .notes = {},
            .shares_cores = spec.scheduling == sim::Discipline::processor_sharing};
}

// A query's own time: pages that are not in the buffer pool, then a core. What writes cost more
// than reads is left out.
template <class Spec>
Cost engine_cost(const Spec& spec, const std::string& endpoint) {
    Cost cost;
    const Times* query = &spec.service_time;
    for (const auto& [name, times] : spec.queries) {
        if (name == endpoint) query = &times;
    }
    const auto times = query->build();
    cost.add_work(times.mean(), times.variance());
    cost.stays_s = cost.core_s;
    if (!spec.storage) return cost;
    const double reads = spec.storage->pages * spec.storage->miss_ratio();
    const double read_s = spec.storage->read_latency.build().mean();
    const double turn_s = spec.storage->iops ? 1 / spec.storage->iops->per_second : 0;
    cost.stays_s += reads * read_s;
    // It serves `queue_depth` at a time, and begins no more than its operations a second.
    const double busy_s = std::max(read_s / spec.storage->queue_depth, turn_s);
    if (reads > 0) cost.resources["device"] = {reads * busy_s, 1, true};
    return cost;
}

}  // namespace models
