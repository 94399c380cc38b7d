// Traces of a finished run, as files and readers of files see them: every name spelt out.
//
// They are written to traces.jsonl, a line for each span after a first line about them all, and
// everything else is made of what is read from there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/recording.h"
#include "sim/span.h"

namespace reports {

inline constexpr std::size_t kNoSpan = ~std::size_t{0};

// An instance's role when it served: "primary".
inline constexpr std::string_view kRole = "spate.role";

struct SpanAttribute {
    std::string key;
    std::variant<std::int64_t, double, std::string> value;
};

struct SpanEvent {
    sim::Time at{};
    std::string name;
    std::vector<SpanAttribute> attributes;
};

struct TraceSpan {
    std::string id;                // 16 hexadecimal digits
    std::size_t parent = kNoSpan;  // its place in the trace: always before this one
    std::string link_trace;        // what left this work behind; else empty
    std::string link_span;
    std::string service;   // the node
    std::string instance;  // "web[3]"; the node where there is only one
    sim::SpanKind kind = sim::SpanKind::internal;
    std::string name;
    std::int64_t begin_ns = 0;  // since the run began
    std::int64_t end_ns = 0;
    std::string outcome;      // "succeeded", or how not
    std::string cause;        // empty when there is none
    bool unfinished = false;  // still under way when the run ended
    bool outlived = false;    // its parent, which did not wait for it
    std::vector<SpanAttribute> attributes;
    std::vector<SpanEvent> events;

    std::int64_t duration_ns() const { return end_ns - begin_ns; }
    bool failed() const { return outcome != "succeeded"; }
};

struct Trace {
    std::string id;                // 32 hexadecimal digits
    std::vector<TraceSpan> spans;  // the root is the first; in the order in which they began
    std::uint64_t dropped = 0;     // spans beyond what one request may have
    sim::KeptFor kept_for = sim::KeptFor::sample;

    const TraceSpan& root() const { return spans.front(); }
    // Of a user's request, not of work that one left behind.
    bool is_users() const { return root().link_trace.empty(); }
};

struct TraceSet {
    std::int64_t starts_s = 0;  // of the run, since 1970
    double share = 0;           // of requests that were to be traced
    std::uint64_t requests = 0;
    // What became of those that were to be traced (sim/kept_traces.h).
    std::uint64_t chosen = 0;
    std::uint64_t kept = 0;
    std::uint64_t no_room = 0;  // never looked at: too many were under way
    std::uint32_t reserved = 0;
    std::int64_t windows_from_ns = 0;
    std::int64_t window_ns = 0;
    std::vector<sim::TraceWindow> windows;
    std::vector<Trace> traces;  // in the order in which their requests came

    std::uint64_t spans() const;
    std::uint64_t left_out() const { return chosen - kept; }
    std::int64_t unix_ns(std::int64_t ns) const { return starts_s * 1'000'000'000 + ns; }
};

// Of one recording; empty when nothing was traced.
TraceSet traces_of(const sim::Recording& recording, std::int64_t starts_s);

// What was kept of how many, without the traces.
TraceSet trace_counts(const sim::Observed& observed);

std::string traces_jsonl(const TraceSet& set);

// What traces_jsonl wrote. Throws std::runtime_error when it is something else.
TraceSet read_traces(std::string_view jsonl);

std::string_view name_of(sim::SpanKind kind);     // "server"
std::string_view name_of(sim::KeptFor kept_for);  // "slowest"

// "1,000 of 4,312 traced requests are kept: ...", with the rule; empty when nothing was traced.
std::string kept_sentence(const TraceSet& set);

}  // namespace reports
