// traces.jsonl: the traces of a run as they were recorded ("spate.traces/2").
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/traces/trace.h"
#include "reports/words/json_lines.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "spate.traces/2";

Json to_json(const std::vector<SpanAttribute>& attributes) {
    Json json = Json::object();
    for (const SpanAttribute& each : attributes) {
        std::visit([&](const auto& value) { json[each.key] = value; }, each.value);
    }
    return json;
}

std::vector<SpanAttribute> attributes_of(const Json& json) {
    std::vector<SpanAttribute> attributes;
    for (const auto& [key, value] : json.items()) {
        if (value.is_number_integer()) {
            attributes.push_back({key, value.get<std::int64_t>()});
        } else if (value.is_number()) {
            attributes.push_back({key, value.get<double>()});
        } else {
            attributes.push_back({key, value.get<std::string>()});
        }
    }
    return attributes;
}

sim::KeptFor kept_named(const std::string& name) {
    if (name == "slowest") return sim::KeptFor::slowest;
    return name == "failure" ? sim::KeptFor::failure : sim::KeptFor::sample;
}

// How many of each were traced, and kept.
Json windows_json(const TraceSet& set) {
    Json traced = Json::array();
    Json kept = Json::array();
    for (const sim::TraceWindow& each : set.windows) {
        traced.push_back(each.traces);
        kept.push_back(each.kept);
    }
    return {{"from_ns", set.windows_from_ns},
            {"length_ns", set.window_ns},
            {"reserved", set.reserved},
            {"traced", traced},
            {"kept", kept}};
}

void read_windows(const Json& json, TraceSet& set) {
    set.windows_from_ns = json.at("from_ns");
    set.window_ns = json.at("length_ns");
    set.reserved = json.at("reserved");
    for (std::size_t i = 0; i < json.at("traced").size(); ++i) {
        set.windows.push_back({json.at("traced").at(i), json.at("kept").at(i)});
    }
}

Json to_json(const Trace& trace, const TraceSpan& span) {
    Json json = {{"trace_id", trace.id}, {"span_id", span.id}};
    if (span.parent != kNoSpan) json["parent_span_id"] = trace.spans[span.parent].id;
    if (!span.link_trace.empty()) {
        json["link"] = {{"trace_id", span.link_trace}, {"span_id", span.link_span}};
    }
    json["service"] = span.service;
    json["instance"] = span.instance;
    json["kind"] = name_of(span.kind);
    json["name"] = span.name;
    json["start_ns"] = span.begin_ns;
    json["end_ns"] = span.end_ns;
    json["outcome"] = span.outcome;
    if (!span.cause.empty()) json["cause"] = span.cause;
    if (span.parent == kNoSpan) json["kept_for"] = name_of(trace.kept_for);
    if (span.unfinished) json["unfinished"] = true;
    if (span.outlived) json["outlived"] = true;
    if (span.parent == kNoSpan && trace.dropped > 0) json["dropped_spans"] = trace.dropped;
    if (!span.attributes.empty()) json["attributes"] = to_json(span.attributes);
    for (const SpanEvent& event : span.events) {
        json["events"].push_back({{"time_ns", event.at.time_since_epoch().count()},
                                  {"name", event.name},
                                  {"attributes", to_json(event.attributes)}});
    }
    return json;
}

sim::SpanKind kind_named(const std::string& name) {
    if (name == "server") return sim::SpanKind::server;
    return name == "client" ? sim::SpanKind::client : sim::SpanKind::internal;
}

TraceSpan span_of(const Json& json) {
    TraceSpan span;
    span.id = json.at("span_id");
    if (json.contains("link")) {
        span.link_trace = json["link"].at("trace_id");
        span.link_span = json["link"].at("span_id");
    }
    span.service = json.at("service");
    span.instance = json.at("instance");
    span.kind = kind_named(json.at("kind"));
    span.name = json.at("name");
    span.begin_ns = json.at("start_ns");
    span.end_ns = json.at("end_ns");
    span.outcome = json.at("outcome");
    span.cause = json.value("cause", "");
    span.unfinished = json.value("unfinished", false);
    span.outlived = json.value("outlived", false);
    if (json.contains("attributes")) span.attributes = attributes_of(json["attributes"]);
    if (!json.contains("events")) return span;
    for (const Json& event : json["events"]) {
        const sim::Time at(sim::Duration(event.at("time_ns").get<std::int64_t>()));
        span.events.push_back({at, event.at("name"), attributes_of(event.at("attributes"))});
    }
    return span;
}

// Puts spans where they belong as their lines come.
class TraceReader {
public:
    void read(const Json& json) {
        const std::string id = json.at("trace_id");
        const auto [place, is_new] = traces_.try_emplace(id, set_.traces.size());
        if (is_new) {
            Trace& begun = set_.traces.emplace_back();
            begun.id = id;
            begun.dropped = json.value("dropped_spans", std::uint64_t{0});
            begun.kept_for = kept_named(json.value("kept_for", ""));
            known_.emplace_back();
        }
        Trace& trace = set_.traces[place->second];
        TraceSpan span = span_of(json);
        auto& known = known_[place->second];
        if (json.contains("parent_span_id")) {
            const auto parent = known.find(json["parent_span_id"].get<std::string>());
            if (parent == known.end()) {
                throw std::runtime_error("traces.jsonl: a span comes before its parent");
            }
            span.parent = parent->second;
        }
        known.emplace(span.id, trace.spans.size());
        trace.spans.push_back(std::move(span));
    }

    TraceSet set_;

private:
    std::map<std::string, std::size_t> traces_;
    std::vector<std::map<std::string, std::size_t>> known_;  // spans, by trace
};

}  // namespace

std::string traces_jsonl(const TraceSet& set) {
    std::string text = json_line({{"schema", kSchema},
                                  {"starts_unix_s", set.starts_s},
                                  {"share", set.share},
                                  {"requests", set.requests},
                                  {"chosen", set.chosen},
                                  {"kept", set.kept},
                                  {"no_room", set.no_room},
                                  {"windows", windows_json(set)},
                                  {"traces", set.traces.size()}});
    for (const Trace& trace : set.traces) {
        for (const TraceSpan& span : trace.spans) text += json_line(to_json(trace, span));
    }
    return text;
}

TraceSet read_traces(std::string_view jsonl) {
    TraceReader reader;
    bool is_first = true;
    for_each_json_line<Json>(jsonl, [&](const Json& json) {
        if (!std::exchange(is_first, false)) return reader.read(json);
        if (json.value("schema", "") != kSchema) {
            throw std::runtime_error("traces.jsonl: it does not begin as such a file does");
        }
        reader.set_.starts_s = json.at("starts_unix_s");
        reader.set_.share = json.at("share");
        reader.set_.requests = json.at("requests");
        reader.set_.chosen = json.at("chosen");
        reader.set_.kept = json.at("kept");
        reader.set_.no_room = json.at("no_room");
        read_windows(json.at("windows"), reader.set_);
    });
    return std::move(reader.set_);
}

}  // namespace reports
