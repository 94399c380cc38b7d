// The traces and logs of a run as files of its folder, and those files for other tools.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "reports/traces/trace.h"
#include "sim/recording.h"
#include "tools/export_formats.h"

namespace tools {

// events.jsonl, and of what was asked for traces.jsonl, trace.json, access.jsonl and flows.jsonl,
// of the first replication. False after a complaint.
bool write_observed(const std::string& folder, const sim::Recording& first, std::int64_t starts_s);

// The traces that are there; none after a complaint.
std::optional<reports::TraceSet> read_trace_set(const std::string& folder);

// The formats of `spate export`.
std::optional<std::string> chrome_format(const ExportAsked& asked);
std::optional<std::string> otlp_format(const ExportAsked& asked);
std::optional<std::string> zipkin_format(const ExportAsked& asked);
std::optional<std::string> jaeger_format(const ExportAsked& asked);
std::optional<std::string> alb_format(const ExportAsked& asked);
std::optional<std::string> gateway_format(const ExportAsked& asked);
std::optional<std::string> flow_format(const ExportAsked& asked);

}  // namespace tools
