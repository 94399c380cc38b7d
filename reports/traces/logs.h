// The event log of a run: faults and their ends, scaling, alerts, and the errors of requests that
// were traced, each with the span it happened in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/traces/trace.h"
#include "sim/recording.h"

namespace reports {

struct LogRecord {
    std::int64_t at_ns = 0;  // since the run began
    std::string level;       // "ERROR", "WARN", "INFO"
    std::string service;
    std::string instance;
    std::string message;
    std::string trace_id;  // empty when it belongs to no request
    std::string span_id;
};

// In the order of time: every incident, and a line for each span of kind server that failed and for
// each error in an access log that has no trace.
std::vector<LogRecord> logs_of(const sim::Recording& recording, const TraceSet& traces);

// events.jsonl: a line each.
std::string events_jsonl(const std::vector<LogRecord>& records);

// What events_jsonl wrote.
std::vector<LogRecord> read_events(std::string_view jsonl);

}  // namespace reports
