// What jobs over streams have in common for those who ask about kinds of nodes.
#pragma once

#include <array>

#include "models/node_kind.h"
#include "models/stream_processing/stream_job_spec.h"

namespace models::streaming {

inline constexpr auto kJobEdges =
    std::array{edge("topics", Passes::own, "Fetches of what it reads."),
               edge("sink", Passes::own, "A record for each result."),
               edge("late_output", Passes::own, "A record for each event that is late.")};

inline constexpr auto kJobFigures = std::array{
    figure("records", Unit::count, Merge::sum,
           "Records that are in its state or its results, once each."),
    figure("late", Unit::count, Merge::sum,
           "Records that came when all they belong to was over: dropped, or put out beside."),
    figure("unread", Unit::count, Merge::sum, "Records that it has not read at the end."),
    figure("read_again", Unit::count, Merge::sum,
           "Records that were read again, as the process had died."),
    figure("watermark_lag", Unit::seconds, Merge::over_time,
           "How far the watermark is behind the clock."),
    figure("state_size", Unit::count, Merge::last,
           "Entries of its state at the end: windows, distinct values, events that wait, matches "
           "that have begun."),
    figure("state_peak", Unit::count, Merge::peak, "Most of them at a time."),
    figure("checkpoints", Unit::count, Merge::sum, "Checkpoints that were written."),
    figure("restarts", Unit::count, Merge::sum, "Times that its process began again."),
    figure("results_published", Unit::count, Merge::sum,
           "Results and late events that were published."),
    figure("failed_results", Unit::count, Merge::sum, "Those that were not.")};

inline Instances instances_of_job(const StreamJobSpec& spec) {
    return {.instances = spec.instance_count(),
            .suffers = spec.suffers(),
            .zones = {},
            .roles = {},
            .has_doors = false,
            .talks_among_itself = false,
            .pods = {}};
}

inline Capacity capacity_of_job(const StreamJobSpec& spec) {
    return {.instances = 1,
            .cores = 0,  // of no resource: nobody waits for them
            .slots_name = {},
            .slots = 0,
            .paid = {{"price", spec.price, 1}},
            .notes = {"what a job over a stream reads is no call: its load is left out."}};
}

}  // namespace models::streaming
