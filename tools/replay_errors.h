// How far a simulated system is from the one that was recorded: request by request, and in the
// figures of both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/arrivals/traces/trace_file.h"
#include "models/spec/json/json.h"
#include "sim/recording.h"

namespace tools {

struct ReplayFigure {
    std::string name;  // "mean", "p99"
    double measured = 0;
    double simulated = 0;

    // Of the measured one.
    double difference() const { return measured == 0 ? simulated : simulated / measured - 1; }
};

struct ReplayBackend {
    std::string name;
    std::uint64_t measured = 0;
    std::uint64_t simulated = 0;
};

struct ReplayErrors {
    std::uint64_t requests = 0;    // after the warm-up
    std::uint64_t unfinished = 0;  // of those, when the simulation ended
    std::uint64_t compared = 0;    // of whose latencies: both have succeeded
    // What is there depends on the trace's columns.
    std::optional<ReplayFigure> ok;      // shares that have succeeded
    std::vector<ReplayFigure> latency;   // in seconds
    std::vector<double> of_each;         // errors request by request: half, 90 % and 99 % are below
    std::optional<double> same_status;   // shares of the requests
    std::optional<double> same_backend;  // of those that had one
    std::vector<ReplayBackend> backends;
    std::string unmatched;  // why backends cannot be told to be the same; empty: they can

    // "mean", "p99", "ok", "same_status", "same_backend": how far it is off, as a share; none where
    // the trace does not say.
    std::optional<double> error_of(const std::string& figure) const;
};

// Of the requests that came after `warm_up`.
ReplayErrors errors_of(const models::Trace& trace, const sim::Replayed& replayed,
                       const sim::Recording& recording, sim::Duration warm_up);

std::string replay_text(const ReplayErrors& errors);
models::spec::Json replay_json(const ReplayErrors& errors);
// A line for each request of the trace, in the order of its file.
std::string replay_csv(const models::Trace& trace, const sim::Replayed& replayed,
                       const sim::Recording& recording);

}  // namespace tools
