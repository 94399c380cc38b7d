// Spans of recorded traces, whichever system wrote them, in the words of OpenTelemetry.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/json/json.h"

namespace tools::imports {

enum class RecordedKind : std::uint8_t { internal, server, client, producer, consumer };

struct RecordedSpan {
    std::string trace;
    std::string id;
    std::string parent;  // empty: there is none
    std::string service;
    std::string instance;  // of the service; empty: nothing is said of it
    std::string name;
    RecordedKind kind = RecordedKind::internal;
    std::int64_t begin_ns = 0;  // since 1970
    std::int64_t end_ns = 0;
    bool failed = false;
    bool is_resent = false;   // says itself that it is another try
    bool is_linked = false;   // to a span that did not wait for it
    std::string status;       // HTTP's or gRPC's; empty: nothing is said of it
    std::string peer_system;  // "postgresql", "redis", "kafka"
    std::string peer_name;    // of what is called, where it is said
    models::spec::SourceLocation place{};

    std::int64_t duration_ns() const { return end_ns - begin_ns; }
};

// What is said of several spans at once: how many, and where the first is.
struct SpanCount {
    std::size_t count = 0;
    models::spec::SourceLocation first{};
};

struct RecordedSpans {
    std::vector<RecordedSpan> spans;
    std::size_t traces = 0;
    // By what they are, and why they are not taken over.
    std::map<std::pair<std::string, std::string>, SpanCount> left_out;

    void leave_out(const models::spec::SourceLocation& place, const std::string& what,
                   const std::string& why) {
        SpanCount& known = left_out[{what, why}];
        if (known.count++ == 0) known.first = place;
    }
};

}  // namespace tools::imports
