#include "tools/import/span_readers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "models/spec/json/document.h"
#include "tools/import/span_attributes.h"
#include "tools/import/values.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

const Json::List& list_at(const Json& object, std::string_view name) {
    static const Json::List kNoList;
    const Json* const found = object.find(name);
    return found == nullptr || found->list() == nullptr ? kNoList : *found->list();
}

// A whole number, written as one or as text; none when it is beyond 2^63.
std::optional<std::int64_t> whole_at(const Json& object, std::string_view name) {
    const Json* const found = object.find(name);
    if (found == nullptr) return std::nullopt;
    if (const auto* const number = std::get_if<double>(&found->content)) {
        if (!(std::abs(*number) < 9e18)) return std::nullopt;
        return static_cast<std::int64_t>(*number);
    }
    const std::string text = plain_text(found);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Microseconds as nanoseconds; 0 where there is none, or it is out of bounds.
std::int64_t micros_at(const Json& object, std::string_view name) {
    const std::int64_t value = whole_at(object, name).value_or(0);
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 4000;
    return value > 0 && value < kMost ? value * 1000 : 0;
}

// OTLP.

std::string otlp_value(const Json* value) {
    if (value == nullptr || value->object() == nullptr || value->object()->empty()) return {};
    return plain_text(&value->object()->front().value);
}

SpanAttributes otlp_attributes(const Json& owner) {
    SpanAttributes result;
    for (const Json& each : list_at(owner, "attributes")) {
        result[text_at(each, "key")] = otlp_value(each.find("value"));
    }
    return result;
}

RecordedSpan otlp_span(const Json& json, const SpanAttributes& resource) {
    RecordedSpan span;
    span.place = json.place;
    span.trace = text_at(json, "traceId");
    span.id = text_at(json, "spanId");
    span.parent = text_at(json, "parentSpanId");
    span.name = text_at(json, "name");
    span.begin_ns = whole_at(json, "startTimeUnixNano").value_or(0);
    span.end_ns = whole_at(json, "endTimeUnixNano").value_or(0);
    const auto service = resource.find("service.name");
    if (service != resource.end()) span.service = service->second;
    span.instance = instance_of(resource);
    span.kind = recorded_kind(plain_text(json.find("kind")));
    describe(otlp_attributes(json), span);
    if (const Json* const status = json.find("status")) {
        const std::string code = plain_text(status->find("code"));
        span.failed = span.failed || code == "2" || code == "STATUS_CODE_ERROR";
    }
    span.is_linked = span.parent.empty() && !list_at(json, "links").empty();
    return span;
}

void add_resource_spans(const Json& each, RecordedSpans& all) {
    const Json* const resource = each.find("resource");
    const SpanAttributes attributes =
        resource == nullptr ? SpanAttributes() : otlp_attributes(*resource);
    // The older name is that of OTLP before 0.16.
    for (const char* const name : {"scopeSpans", "instrumentationLibrarySpans"}) {
        for (const Json& scope : list_at(each, name)) {
            for (const Json& span : list_at(scope, "spans")) {
                keep_span(otlp_span(span, attributes), all);
            }
        }
    }
}

// Jaeger.

SpanAttributes jaeger_tags(const Json& owner) {
    SpanAttributes result;
    for (const Json& each : list_at(owner, "tags")) {
        result[text_at(each, "key")] = plain_text(each.find("value"));
    }
    return result;
}

// What it waited for is its parent; what only came before it is none that waits.
void read_references(const Json& json, RecordedSpan& span) {
    for (const Json& each : list_at(json, "references")) {
        const bool is_same = text_at(each, "traceID") == span.trace;
        if (text_at(each, "refType") == "CHILD_OF" && is_same) {
            if (span.parent.empty()) span.parent = text_at(each, "spanID");
        } else {
            span.is_linked = true;
        }
    }
    if (span.parent.empty()) span.parent = text_at(json, "parentSpanID");
    if (!span.parent.empty()) span.is_linked = false;
}

RecordedSpan jaeger_span(const Json& json, const Json* processes) {
    RecordedSpan span;
    span.place = json.place;
    span.trace = text_at(json, "traceID");
    span.id = text_at(json, "spanID");
    span.name = text_at(json, "operationName");
    span.begin_ns = micros_at(json, "startTime");
    span.end_ns = span.begin_ns + micros_at(json, "duration");
    const Json* process = json.find("process");
    if (process == nullptr && processes != nullptr) {
        process = processes->find(text_at(json, "processID"));
    }
    if (process != nullptr) {
        span.service = text_at(*process, "serviceName");
        span.instance = instance_of(jaeger_tags(*process));
    }
    read_references(json, span);
    const SpanAttributes tags = jaeger_tags(json);
    describe(tags, span);
    const auto code = tags.find("otel.status_code");
    if (code != tags.end() && code->second == "ERROR") span.failed = true;
    return span;
}

// Zipkin.

std::string zipkin_endpoint(const Json& json, std::string_view name) {
    const Json* const endpoint = json.find(name);
    if (endpoint == nullptr) return {};
    const std::string service = text_at(*endpoint, "serviceName");
    return service.empty() && name == "remoteEndpoint" ? text_at(*endpoint, "ipv4") : service;
}

SpanAttributes zipkin_tags(const Json& json) {
    SpanAttributes result;
    const Json* const tags = json.find("tags");
    if (tags == nullptr || tags->object() == nullptr) return result;
    for (const spec::Member& each : *tags->object()) result[each.name] = plain_text(&each.value);
    return result;
}

// What a server reports of a call has its client's id (B3 propagation); here it is a child of it.
std::string server_half(const std::string& id) {
    return id + "/server";
}

RecordedSpan zipkin_span(const Json& json) {
    RecordedSpan span;
    span.place = json.place;
    span.trace = text_at(json, "traceId");
    span.id = text_at(json, "id");
    span.parent = text_at(json, "parentId");
    span.name = text_at(json, "name");
    span.service = zipkin_endpoint(json, "localEndpoint");
    span.begin_ns = micros_at(json, "timestamp");
    span.end_ns = span.begin_ns + micros_at(json, "duration");
    span.kind = recorded_kind(text_at(json, "kind"));
    const SpanAttributes tags = zipkin_tags(json);
    describe(tags, span);
    span.instance = instance_of(tags);
    if (span.instance.empty() && json.find("localEndpoint") != nullptr) {
        span.instance = text_at(*json.find("localEndpoint"), "ipv4");
    }
    const std::string remote = zipkin_endpoint(json, "remoteEndpoint");
    if (span.kind == RecordedKind::client || span.kind == RecordedKind::producer) {
        if (!remote.empty()) span.peer_name = remote;
    }
    const bool* const shared =
        json.find("shared") == nullptr ? nullptr : json.find("shared")->boolean();
    if (shared != nullptr && *shared) {
        span.parent = span.id;
        span.id = server_half(span.id);
    }
    return span;
}

// Children of a shared span belong to the half of their own service.
void adopt_by_halves(RecordedSpans& all, std::size_t from) {
    std::map<std::pair<std::string, std::string>, std::string> halves;  // service by trace and id
    for (std::size_t i = from; i < all.spans.size(); ++i) {
        const RecordedSpan& each = all.spans[i];
        if (each.id.ends_with("/server")) halves[{each.trace, each.id}] = each.service;
    }
    for (std::size_t i = from; i < all.spans.size(); ++i) {
        RecordedSpan& each = all.spans[i];
        if (each.parent.empty() || each.id == server_half(each.parent)) continue;
        const auto half = halves.find({each.trace, server_half(each.parent)});
        if (half != halves.end() && half->second == each.service) each.parent = half->first.second;
    }
}

// A text whose lines are documents of their own.
bool has_lines_of_json(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (begin == std::string::npos || text[begin] != '{') return false;
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) return false;
    const std::size_t last = text.find_last_not_of(" \t\r", end - 1);
    const std::size_t next = text.find_first_not_of(" \t\r\n", end);
    return last > begin && text[last] == '}' && next != std::string::npos && text[next] == '{';
}

// Whether it was one of them.
bool add_document(const Json& document, System& system, RecordedSpans& all) {
    if (is_otlp(document)) {
        add_otlp_spans(document, all);
    } else if (is_jaeger(document)) {
        add_jaeger_spans(document, all);
    } else if (is_zipkin(document)) {
        add_zipkin_spans(document, all);
    } else if (document.find("resourceLogs") != nullptr) {
        all.leave_out(document.place, "logs", "only spans are read");
    } else if (document.find("resourceMetrics") != nullptr) {
        all.leave_out(document.place, "metrics", "only spans are read");
    } else {
        system.problems.add({document.place,
                             {},
                             "these are no traces",
                             "OTLP JSON has \"resourceSpans\", Jaeger's export \"data\", Zipkin's "
                             "is a list of spans with \"traceId\""});
        return false;
    }
    return true;
}

}  // namespace

bool is_otlp(const Json& document) {
    return document.find("resourceSpans") != nullptr || document.find("batches") != nullptr;
}

void add_otlp_spans(const Json& document, RecordedSpans& all) {
    for (const char* const name : {"resourceSpans", "batches"}) {
        for (const Json& each : list_at(document, name)) add_resource_spans(each, all);
    }
}

bool is_jaeger(const Json& document) {
    const Json* const data = document.find("data");
    return data != nullptr && data->list() != nullptr;
}

void add_jaeger_spans(const Json& document, RecordedSpans& all) {
    for (const Json& trace : list_at(document, "data")) {
        for (const Json& span : list_at(trace, "spans")) {
            keep_span(jaeger_span(span, trace.find("processes")), all);
        }
    }
}

bool is_zipkin(const Json& document) {
    const Json::List* const list = document.list();
    if (list == nullptr || list->empty()) return false;
    if (list->front().list() != nullptr) return is_zipkin(list->front());
    return list->front().find("traceId") != nullptr;
}

void add_zipkin_spans(const Json& document, RecordedSpans& all) {
    const std::size_t from = all.spans.size();
    for (const Json& each : *document.list()) {
        if (const Json::List* const trace = each.list()) {
            for (const Json& span : *trace) keep_span(zipkin_span(span), all);
        } else {
            keep_span(zipkin_span(each), all);
        }
    }
    adopt_by_halves(all, from);
}

bool looks_like_traces(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (begin == std::string::npos || (text[begin] != '{' && text[begin] != '[')) return false;
    return std::ranges::any_of(
        std::initializer_list<const char*>{"\"resourceSpans\"", "\"scopeSpans\"", "\"traceID\"",
                                           "\"traceId\""},
        [&](const char* word) { return text.find(word) != std::string::npos; });
}

void read_traces_file(const std::string& file, const std::string& text, System& system,
                      RecordedSpans& all) {
    const std::size_t before = all.spans.size();
    const std::size_t problems = system.problems.count();
    if (!has_lines_of_json(text)) {
        const Json document = spec::read(file, text, system.problems);
        if (system.problems.count() > problems || !add_document(document, system, all)) return;
    } else {
        std::size_t number = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::string line = text.substr(at, end - at);
            at = end + 1;
            ++number;
            if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
            const Json document = spec::read(fmt::format("{}, line {}", file, number),
                                             std::move(line), system.problems);
            if (system.problems.count() > problems || !add_document(document, system, all)) return;
        }
    }
    system.read.push_back(fmt::format("{}: {} spans", file, all.spans.size() - before));
}

}  // namespace tools::imports
