#include "reports/traces/logs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "metrics/names.h"
#include "reports/words/json_lines.h"
#include "sim/span.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

// What is over is news; what begins is a warning.
LogRecord record_of(const sim::Incident& incident) {
    const bool is_over = incident.what.ends_with("healed") || incident.what.starts_with("gc ");
    LogRecord record;
    record.at_ns = incident.at.time_since_epoch().count();
    record.level = is_over ? "INFO" : "WARN";
    record.service = record.instance = incident.node;
    record.message = incident.what;
    if (!incident.detail.empty()) record.message += ": " + incident.detail;
    return record;
}

LogRecord record_of(const Trace& trace, const TraceSpan& span) {
    return {span.end_ns,
            "ERROR",
            span.service,
            span.instance,
            span.name + ": " + (span.cause.empty() ? span.outcome : span.cause),
            trace.id,
            span.id};
}

// Who keeps an access log knows of errors that no trace tells of.
void add_untraced(const sim::Recording& recording, std::vector<LogRecord>& records) {
    recording.observed->accesses.for_each([&](const sim::AccessLine& access) {
        const sim::CauseRow& why = sim::row_of(recording.causes, access.cause);
        if (access.span != 0 || metrics::http_status(access.outcome, why) < 500) return;
        const std::string& node = recording.nodes[access.node].name;
        const std::string instance =
            recording.observed->instance_name(access.node, node, access.instance);
        records.push_back({access.left.time_since_epoch().count(), "ERROR", node, instance,
                           std::string(why.name), "", ""});
    });
}

}  // namespace

std::vector<LogRecord> logs_of(const sim::Recording& recording, const TraceSet& traces) {
    std::vector<LogRecord> records;
    for (const sim::Incident& incident : recording.incidents) {
        records.push_back(record_of(incident));
    }
    for (const Trace& trace : traces.traces) {
        for (const TraceSpan& span : trace.spans) {
            const bool failed = span.failed() && !span.unfinished;
            if (span.kind == sim::SpanKind::server && failed) {
                records.push_back(record_of(trace, span));
            }
        }
    }
    if (recording.observed) add_untraced(recording, records);
    std::ranges::stable_sort(records, {}, &LogRecord::at_ns);
    return records;
}

std::string events_jsonl(const std::vector<LogRecord>& records) {
    std::string text;
    for (const LogRecord& record : records) {
        Json json = {{"time_ns", record.at_ns},
                     {"level", record.level},
                     {"service", record.service},
                     {"instance", record.instance},
                     {"message", record.message}};
        if (!record.trace_id.empty()) {
            json["trace_id"] = record.trace_id;
            json["span_id"] = record.span_id;
        }
        text += json_line(json);
    }
    return text;
}

std::vector<LogRecord> read_events(std::string_view jsonl) {
    std::vector<LogRecord> records;
    for_each_json_line<Json>(jsonl, [&](const Json& json) {
        records.push_back({json.at("time_ns"), json.at("level"), json.at("service"),
                           json.at("instance"), json.at("message"), json.value("trace_id", ""),
                           json.value("span_id", "")});
    });
    return records;
}

}  // namespace reports
