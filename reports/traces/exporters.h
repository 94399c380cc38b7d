// Traces as other tools read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/metrics/metrics.h"
#include "reports/traces/logs.h"
#include "reports/traces/trace.h"

namespace reports {

// Chrome's Trace Event Format, for Perfetto, speedscope and chrome://tracing: a process for each
// node, and on each of its lanes slices that lie within one another.
std::string chrome_trace(const TraceSet& set);

// Zipkin's JSON (v2).
std::string zipkin_json(const TraceSet& set);

// What the Jaeger query service answers, which its page loads from a file.
std::string jaeger_json(const TraceSet& set);

// A counter's value at the end of an interval.
struct MetricPoint {
    std::string service;
    std::string name;  // as in metrics.om
    std::string unit;
    Labels attributes = {};
    std::int64_t at_ns = 0;
    double total = 0;  // since the run began
};

// Requests that ended, by service, endpoint and outcome: the counters of metrics.om.
std::vector<MetricPoint> counters_of(const Metrics& metrics);

// OTLP/JSON, as the collector's file exporter writes it: a line for each signal that there is,
// traces, logs and metrics, with the same resources (service.name, service.instance.id).
struct Signals {
    const TraceSet& traces;
    std::vector<LogRecord> logs;
    std::vector<MetricPoint> metrics;
    std::string version;  // of the program
};
std::string otlp_json_lines(const Signals& signals);

}  // namespace reports
