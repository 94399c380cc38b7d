// What endpoints did, request by request, as the spans of traces tell it.
//
// A server's or a consumer's span is one execution of an endpoint, named after the span; so is a
// span without a parent, and one whose parent is another service's. Its calls are the clients'
// spans below it within its service, each with what answered it: the endpoint of the server's span
// below, or the database, broker or host that the client's span names. Of times only durations are
// compared between services, since their clocks differ.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/import/spans.h"

namespace tools::imports {

// What can be called. One without spans of its own is known by its callers alone.
struct Target {
    std::string service;
    std::string name;    // of the endpoint, or of the operation
    std::string system;  // "postgresql"; of one without spans
    bool has_spans = true;
};

struct RecordedCall {
    std::size_t target = 0;
    std::int64_t begin_ns = 0;  // since the execution began
    std::int64_t end_ns = 0;
    std::size_t attempts = 1;
    std::int64_t between_attempts_ns = 0;     // of all of them
    std::optional<std::int64_t> beyond_ns{};  // what the caller waited longer than it was served
    bool failed = false;
    bool is_async = false;  // nobody waited for it

    std::int64_t duration_ns() const { return end_ns - begin_ns; }
};

struct Execution {
    std::size_t target = 0;
    std::int64_t begin_ns = 0;  // since 1970
    std::int64_t end_ns = 0;
    std::int64_t own_ns = 0;  // without the union of its calls
    bool failed = false;
    std::string status;
    bool is_entry = false;            // it came from outside
    bool is_outside = false;          // of a service that only calls: a user, a load generator
    std::vector<RecordedCall> calls;  // in the order in which they began
    models::spec::SourceLocation place{};

    std::int64_t duration_ns() const { return end_ns - begin_ns; }
};

struct Executions {
    std::vector<Target> targets;
    std::vector<Execution> all;
    std::size_t traces = 0;
    std::map<std::string, std::set<std::string>> instances{};  // by service
};

// What belongs to no execution is left out, and said so.
Executions executions_of(RecordedSpans& spans);

}  // namespace tools::imports
