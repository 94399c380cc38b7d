#include "tools/import/span_attributes.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "models/spec/json/json_text.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;

// The first of these that is there and says something.
std::string first_of(const SpanAttributes& attributes, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) {
        const auto found = attributes.find(key);
        if (found != attributes.end() && !found->second.empty()) return found->second;
    }
    return {};
}

constexpr auto kSystems =
    std::to_array<std::string_view>({"db.system.name", "db.system", "db.type"});
constexpr auto kBrokers =
    std::to_array<std::string_view>({"messaging.system", "message_bus.system"});
constexpr auto kPeers = std::to_array<std::string_view>(
    {"peer.service", "service.peer.name", "server.address", "net.peer.name", "net.sock.peer.name",
     "peer.hostname", "peer.address", "http.host", "net.peer.ip", "peer.ipv4"});
constexpr auto kStatuses = std::to_array<std::string_view>(
    {"http.response.status_code", "http.status_code", "rpc.grpc.status_code",
     "rpc.response.status_code", "grpc.status_code"});
constexpr auto kResent =
    std::to_array<std::string_view>({"http.request.resend_count", "http.resend_count"});

constexpr auto kInstances = std::to_array<std::string_view>(
    {"service.instance.id", "k8s.pod.name", "host.name", "hostname", "container.id", "ip"});

char lower_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string plain_text(const spec::Json* json) {
    if (json == nullptr || json->is_null()) return {};
    if (const std::string* const text = json->text()) return *text;
    if (json->is_number() || json->boolean() != nullptr) return spec::compact_text(*json);
    return {};
}

RecordedKind recorded_kind(const std::string& text) {
    std::string word = text;
    std::ranges::transform(word, word.begin(), lower_letter);
    constexpr std::string_view kPrefix = "span_kind_";
    if (word.starts_with(kPrefix)) word.erase(0, kPrefix.size());
    static constexpr auto kWords = std::to_array<std::pair<std::string_view, RecordedKind>>(
        {{"server", RecordedKind::server},
         {"2", RecordedKind::server},
         {"client", RecordedKind::client},
         {"3", RecordedKind::client},
         {"producer", RecordedKind::producer},
         {"4", RecordedKind::producer},
         {"consumer", RecordedKind::consumer},
         {"5", RecordedKind::consumer}});
    for (const auto& [name, kind] : kWords) {
        if (word == name) return kind;
    }
    return RecordedKind::internal;
}

std::string instance_of(const SpanAttributes& resource) {
    return first_of(resource, kInstances);
}

void describe(const SpanAttributes& attributes, RecordedSpan& span) {
    const std::string broker = first_of(attributes, kBrokers);
    span.peer_system = broker.empty() ? first_of(attributes, kSystems) : broker;
    span.peer_name = first_of(attributes, kPeers);
    span.status = first_of(attributes, kStatuses);
    const std::string resent = first_of(attributes, kResent);
    span.is_resent = !resent.empty() && resent != "0";
    const auto error = attributes.find("error");
    if (error != attributes.end() && error->second != "false") span.failed = true;
    // A span that says what it is; else a query is a client's.
    if (const auto kind = attributes.find("span.kind"); kind != attributes.end()) {
        span.kind = recorded_kind(kind->second);
    } else if (span.kind == RecordedKind::internal && !span.peer_system.empty() && broker.empty()) {
        span.kind = RecordedKind::client;
    }
}

void keep_span(RecordedSpan span, RecordedSpans& all) {
    if (span.trace.empty() || span.id.empty()) {
        return all.leave_out(span.place, "spans without an id", "they belong to no trace");
    }
    if (span.begin_ns <= 0 || span.end_ns < span.begin_ns) {
        return all.leave_out(span.place, "spans without a time",
                             "they have no start, or end before it");
    }
    if (span.service.empty()) {
        return all.leave_out(span.place, "spans without a service",
                             "nothing says whose they are (service.name)");
    }
    if (span.parent == span.id) span.parent.clear();
    all.spans.push_back(std::move(span));
}

}  // namespace tools::imports
