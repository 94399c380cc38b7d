#include <map>
#include <nlohmann/json.hpp>

#include "reports/traces/exporters.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json tag(const std::string& key, const std::string& value) {
    return {{"key", key}, {"type", "string"}, {"value", value}};
}

Json tags_of(const std::vector<SpanAttribute>& attributes) {
    Json tags = Json::array();
    for (const SpanAttribute& each : attributes) {
        Json json = {{"key", each.key}, {"type", "string"}};
        if (std::holds_alternative<std::int64_t>(each.value)) json["type"] = "int64";
        if (std::holds_alternative<double>(each.value)) json["type"] = "float64";
        std::visit([&](const auto& value) { json["value"] = value; }, each.value);
        tags.push_back(std::move(json));
    }
    return tags;
}

Json tags_of(const TraceSpan& span) {
    Json tags = tags_of(span.attributes);
    tags.push_back(tag("span.kind", std::string(name_of(span.kind))));
    if (!span.failed()) return tags;
    tags.push_back({{"key", "error"}, {"type", "bool"}, {"value", true}});
    tags.push_back(tag("otel.status_code", "ERROR"));
    tags.push_back(tag("otel.status_description", span.cause.empty() ? span.outcome : span.cause));
    return tags;
}

Json references_of(const Trace& trace, const TraceSpan& span) {
    Json references = Json::array();
    if (span.parent != kNoSpan) {
        references.push_back({{"refType", "CHILD_OF"},
                              {"traceID", trace.id},
                              {"spanID", trace.spans[span.parent].id}});
    }
    if (!span.link_trace.empty()) {
        references.push_back({{"refType", "FOLLOWS_FROM"},
                              {"traceID", span.link_trace},
                              {"spanID", span.link_span}});
    }
    return references;
}

Json logs_of(const TraceSet& set, const TraceSpan& span) {
    Json logs = Json::array();
    for (const SpanEvent& event : span.events) {
        Json fields = tags_of(event.attributes);
        fields.insert(fields.begin(), tag("event", event.name));
        logs.push_back({{"timestamp", set.unix_ns(event.at.time_since_epoch().count()) / 1000},
                        {"fields", std::move(fields)}});
    }
    return logs;
}

Json trace_json(const TraceSet& set, const Trace& trace) {
    std::map<std::string, std::string> processes;  // by instance
    Json json = {{"traceID", trace.id}, {"spans", Json::array()}, {"processes", Json::object()}};
    for (const TraceSpan& span : trace.spans) {
        const auto [process, is_new] =
            processes.try_emplace(span.instance, "p" + std::to_string(processes.size() + 1));
        if (is_new) {
            json["processes"][process->second] = {
                {"serviceName", span.service},
                {"tags", Json::array({tag("service.instance.id", span.instance)})}};
        }
        json["spans"].push_back({{"traceID", trace.id},
                                 {"spanID", span.id},
                                 {"operationName", span.name},
                                 {"references", references_of(trace, span)},
                                 {"startTime", set.unix_ns(span.begin_ns) / 1000},
                                 {"duration", span.duration_ns() / 1000},
                                 {"tags", tags_of(span)},
                                 {"logs", logs_of(set, span)},
                                 {"processID", process->second},
                                 {"warnings", nullptr}});
    }
    json["warnings"] = nullptr;
    return json;
}

}  // namespace

std::string jaeger_json(const TraceSet& set) {
    std::string text = "{\"data\":[";
    for (const Trace& trace : set.traces) {
        if (&trace != set.traces.data()) text += ",\n";
        text += trace_json(set, trace).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return text + "],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n";
}

}  // namespace reports
