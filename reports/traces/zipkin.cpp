#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/traces/exporters.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

// Tags are text, whatever they say.
std::string text_of(const SpanAttribute& attribute) {
    return std::visit(
        [](const auto& value) -> std::string {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
                return value;
            } else {
                return Json(value).dump();
            }
        },
        attribute.value);
}

Json zipkin_tags_of(const TraceSpan& span) {
    Json tags = {{"service.instance.id", span.instance}};
    if (span.failed()) tags["error"] = span.cause.empty() ? span.outcome : span.cause;
    if (span.failed()) tags["outcome"] = span.outcome;
    if (span.outlived) tags["outlived"] = "true";
    if (!span.link_trace.empty()) tags["link"] = span.link_trace + "/" + span.link_span;
    for (const SpanAttribute& each : span.attributes) tags[each.key] = text_of(each);
    return tags;
}

// Times are whole microseconds, and a duration is at least one.
Json span_of(const TraceSet& set, const Trace& trace, const TraceSpan& span) {
    Json json = {{"traceId", trace.id}, {"id", span.id}};
    if (span.parent != kNoSpan) json["parentId"] = trace.spans[span.parent].id;
    if (span.kind != sim::SpanKind::internal) {
        json["kind"] = span.kind == sim::SpanKind::server ? "SERVER" : "CLIENT";
    }
    json["name"] = span.name;
    json["timestamp"] = set.unix_ns(span.begin_ns) / 1000;
    json["duration"] = std::max<std::int64_t>(1, span.duration_ns() / 1000);
    json["localEndpoint"] = {{"serviceName", span.service}};
    for (const SpanEvent& event : span.events) {
        json["annotations"].push_back(
            {{"timestamp", set.unix_ns(event.at.time_since_epoch().count()) / 1000},
             {"value", event.name}});
    }
    json["tags"] = zipkin_tags_of(span);
    return json;
}

}  // namespace

std::string zipkin_json(const TraceSet& set) {
    std::string text = "[";
    for (const Trace& trace : set.traces) {
        for (const TraceSpan& span : trace.spans) {
            if (text.size() > 1) text += ",\n";
            text += span_of(set, trace, span).dump(-1, ' ', false, Json::error_handler_t::replace);
        }
    }
    return text + "]\n";
}

}  // namespace reports
