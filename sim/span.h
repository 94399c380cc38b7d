// What is kept of requests that were looked at closely: traces, in the words of OpenTelemetry, and
// access logs. Plain data, as the rest of a recording.
//
// A trace is a tree of spans: the user's call at its root, under it each attempt, each visit, and
// in each visit the stretches of time that went into one thing. Work that nobody waited for has a
// trace of its own, whose root links to the span that left it behind.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/chunks.h"
#include "sim/kept_traces.h"
#include "sim/names.h"
#include "sim/outcome.h"
#include "sim/time.h"

namespace sim {

// Of a span: while the run goes on as span_store.h counts them, in a recording one more than its
// place among all spans. 0 is none: a request not traced.
using SpanNumber = std::uint32_t;

enum class SpanKind : std::uint8_t { internal, server, client };

inline constexpr std::uint32_t kNoInstance = ~std::uint32_t{0};

inline constexpr std::uint32_t kNoEntry = ~std::uint32_t{0};

// Entries of a list that others are in between: each names the next one.
struct EntryList {
    std::uint32_t first = kNoEntry;
    std::uint32_t last = kNoEntry;
};

// What is said of a span or an event. Names are numbers (Observed::names): files spell them out.
struct AttributeEntry {
    enum class Kind : std::uint8_t { whole, real, name, hex };  // hex: 16 digits, as text
    std::uint64_t bits = 0;                                     // of the value
    NameId key = kNoName;
    std::uint32_t next = kNoEntry;
    Kind kind = Kind::whole;
};

struct EventEntry {
    Time at{};
    NameId name = kNoName;
    std::uint32_t next = kNoEntry;
    EntryList attributes;
};

struct Span {
    std::uint64_t id = 0;  // not 0
    Time begin{};
    Time end{};
    SpanNumber parent = 0;
    SpanNumber link = 0;      // what left this work behind
    std::uint32_t trace = 0;  // its place among traces
    std::uint32_t node = 0;   // whose it is: its place among the recording's nodes
    std::uint32_t instance = kNoInstance;
    NameId name = kNoName;
    NameId role = kNoName;  // that the instance had: "primary"
    EntryList attributes;
    EntryList events;
    SpanKind kind = SpanKind::internal;
    Outcome outcome = Outcome::succeeded;
    Cause cause = Cause::none;
    bool ended = false;     // else it was under way at the end of the run, which `end` then is
    bool outlived = false;  // its parent ended before it: nobody waited for it any more
};

struct TraceInfo {
    std::uint64_t high = 0;  // of its 128 bits
    std::uint64_t low = 0;
    SpanNumber root = 0;
    std::uint32_t spans = 0;
    std::uint32_t dropped = 0;  // spans beyond those that one request may have
    KeptFor kept_for = KeptFor::sample;
};

// A request that ended at a node whose access log is kept.
struct AccessLine {
    Time arrived{};
    Time sent{};  // to the target, when there was one
    Time answered{};
    Time left{};
    std::uint32_t node = 0;
    std::uint32_t instance = kNoInstance;
    std::uint32_t endpoint = 0;
    std::uint32_t user = 0;
    std::uint32_t address = 0;
    std::uint32_t received = 0;  // bytes of the request
    std::uint32_t replied = 0;   // and of the answer
    Outcome outcome = Outcome::succeeded;
    Cause cause = Cause::none;
    bool is_write = false;
    bool was_sent = false;
    std::uint64_t identity = 0;
    SpanNumber span = 0;
    NameId target = kNoName;
};

// What went one way between two ends in one interval, as flow logs sum it up. Where there is a
// network the ends are machines with addresses; otherwise nodes, and the addresses are 0.
struct Flow {
    struct End {
        NameId name = kNoName;
        std::uint32_t address = 0;
        std::uint16_t port = 0;
    };
    End from;
    End to;
    std::uint32_t interval = 0;
    bool is_answer = false;
    bool accepted = true;  // by firewalls: nobody needs to be there
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
};

struct Observed {
    Names names;
    std::vector<TraceInfo> traces;
    Chunks<Span> spans;
    Chunks<AttributeEntry> attributes;  // of all spans and events
    Chunks<EventEntry> events;
    std::uint64_t requests = 0;  // of users, of which these were chosen
    std::uint64_t chosen = 0;
    std::uint64_t kept = 0;     // of those, with the work that they left behind (kept_traces.h)
    std::uint64_t no_room = 0;  // chosen while too many others were under way: never looked at
    double share = 0;           // of requests that were to be chosen
    Time windows_from{};
    Duration window{};           // of kept_traces.h; 0 when nothing was traced
    std::uint32_t reserved = 0;  // for the slowest of each, and for the failed
    std::vector<TraceWindow> windows;

    std::vector<std::string> logged;  // nodes whose access logs were kept
    Chunks<AccessLine> accesses;
    std::uint64_t accesses_beyond = 0;

    Duration flow_interval{};  // 0 when flows were not kept
    std::vector<Flow> flows;

    std::vector<std::map<std::uint32_t, std::string>> endpoints;  // names by number, by node
    std::vector<std::vector<std::string>> instances;              // likewise; none: "node[3]"

    // "web[3]" of the node "web"; of none, the node.
    std::string instance_name(std::uint32_t node, const std::string& name,
                              std::uint32_t instance) const;
};

}  // namespace sim
