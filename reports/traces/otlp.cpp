// OTLP/JSON: protobuf's JSON mapping of opentelemetry-proto, but for ids, which are hexadecimal,
// and enums, which are numbers (OTLP specification 1.x, "JSON Protobuf Encoding").
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/traces/exporters.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kCumulative = 2;  // AGGREGATION_TEMPORALITY_CUMULATIVE

Json attribute(const std::string& key, const std::string& value) {
    return {{"key", key}, {"value", {{"stringValue", value}}}};
}

Json attributes_of(const std::vector<SpanAttribute>& attributes) {
    Json list = Json::array();
    for (const SpanAttribute& each : attributes) {
        Json value;
        if (const auto* whole = std::get_if<std::int64_t>(&each.value)) {
            value["intValue"] = std::to_string(*whole);
        } else if (const auto* number = std::get_if<double>(&each.value)) {
            value["doubleValue"] = *number;
        } else {
            value["stringValue"] = std::get<std::string>(each.value);
        }
        list.push_back({{"key", each.key}, {"value", std::move(value)}});
    }
    return list;
}

std::string nanoseconds(const TraceSet& set, std::int64_t ns) {
    return std::to_string(set.unix_ns(ns));
}

// internal 1, server 2, client 3.
int otlp_kind_of(sim::SpanKind kind) {
    return static_cast<int>(kind) + 1;
}

Json status_of(const TraceSpan& span) {
    constexpr int kOk = 1;
    constexpr int kError = 2;
    if (!span.failed()) return {{"code", kOk}};
    return {{"code", kError}, {"message", span.cause.empty() ? span.outcome : span.cause}};
}

Json span_json(const TraceSet& set, const Trace& trace, const TraceSpan& span) {
    Json json = {{"traceId", trace.id}, {"spanId", span.id}};
    if (span.parent != kNoSpan) json["parentSpanId"] = trace.spans[span.parent].id;
    json["name"] = span.name;
    json["kind"] = otlp_kind_of(span.kind);
    json["startTimeUnixNano"] = nanoseconds(set, span.begin_ns);
    json["endTimeUnixNano"] = nanoseconds(set, span.end_ns);
    json["attributes"] = attributes_of(span.attributes);
    if (span.outlived) json["attributes"].push_back(attribute("spate.outlived", "true"));
    if (span.unfinished) json["attributes"].push_back(attribute("spate.unfinished", "true"));
    for (const SpanEvent& event : span.events) {
        json["events"].push_back(
            {{"timeUnixNano", nanoseconds(set, event.at.time_since_epoch().count())},
             {"name", event.name},
             {"attributes", attributes_of(event.attributes)}});
    }
    if (!span.link_trace.empty()) {
        json["links"].push_back({{"traceId", span.link_trace}, {"spanId", span.link_span}});
    }
    json["status"] = status_of(span);
    return json;
}

Json log_json(const TraceSet& set, const LogRecord& record) {
    constexpr int kInfo = 9;
    constexpr int kWarn = 13;
    constexpr int kError = 17;
    const int severity =
        record.level == "ERROR" ? kError : (record.level == "WARN" ? kWarn : kInfo);
    Json json = {{"timeUnixNano", nanoseconds(set, record.at_ns)},
                 {"observedTimeUnixNano", nanoseconds(set, record.at_ns)},
                 {"severityNumber", severity},
                 {"severityText", record.level},
                 {"body", {{"stringValue", record.message}}}};
    if (record.trace_id.empty()) return json;
    json["traceId"] = record.trace_id;
    json["spanId"] = record.span_id;
    return json;
}

// What came from the same instance is under one resource.
using Resource = std::pair<std::string, std::string>;
using ByResource = std::map<Resource, Json>;

Json resource_of(const Resource& resource) {
    return {{"attributes", Json::array({attribute("service.name", resource.first),
                                        attribute("service.instance.id", resource.second),
                                        attribute("telemetry.sdk.name", "spate")})}};
}

// {"resourceSpans": [{"resource": ..., "scopeSpans": [{"scope": ..., "spans": [...]}]}]}
std::string signal(const std::string& version, const std::array<const char*, 3>& names,
                   const ByResource& items) {
    Json list = Json::array();
    for (const auto& [resource, each] : items) {
        const Json scope = {{"name", "spate"}, {"version", version}};
        list.push_back({{"resource", resource_of(resource)},
                        {names[1], Json::array({{{"scope", scope}, {names[2], each}}})}});
    }
    return Json{{names[0], std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace) +
           "\n";
}

ByResource spans_of(const TraceSet& set) {
    ByResource items;
    for (const Trace& trace : set.traces) {
        for (const TraceSpan& span : trace.spans) {
            items[{span.service, span.instance}].push_back(span_json(set, trace, span));
        }
    }
    return items;
}

ByResource logs_of(const Signals& signals) {
    ByResource items;
    for (const LogRecord& record : signals.logs) {
        items[{record.service, record.instance}].push_back(log_json(signals.traces, record));
    }
    return items;
}

// Points of one counter belong to one metric.
ByResource metrics_of(const Signals& signals) {
    ByResource items;
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    for (const MetricPoint& point : signals.metrics) {
        Json& metrics = items[{point.service, point.service}];
        const std::size_t next = metrics.size();
        const auto [place, is_new] = places.try_emplace({point.service, point.name}, next);
        if (is_new) {
            metrics.push_back({{"name", point.name},
                               {"unit", point.unit},
                               {"sum",
                                {{"dataPoints", Json::array()},
                                 {"aggregationTemporality", kCumulative},
                                 {"isMonotonic", true}}}});
        }
        Json attributes = Json::array();
        for (const auto& [name, value] : point.attributes) {
            attributes.push_back(attribute(name, value));
        }
        metrics[place->second]["sum"]["dataPoints"].push_back(
            {{"attributes", std::move(attributes)},
             {"startTimeUnixNano", nanoseconds(signals.traces, 0)},
             {"timeUnixNano", nanoseconds(signals.traces, point.at_ns)},
             {"asDouble", point.total}});
    }
    return items;
}

}  // namespace

std::string otlp_json_lines(const Signals& signals) {
    return signal(signals.version, {"resourceSpans", "scopeSpans", "spans"},
                  spans_of(signals.traces)) +
           signal(signals.version, {"resourceLogs", "scopeLogs", "logRecords"}, logs_of(signals)) +
           signal(signals.version, {"resourceMetrics", "scopeMetrics", "metrics"},
                  metrics_of(signals));
}

}  // namespace reports
