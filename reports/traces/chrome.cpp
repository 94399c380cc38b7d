// Lanes. A viewer takes slices of one lane (a thread to it) for nested calls, so two that overlap
// must not share one. A span takes its parent's lane when it nests there, else the first lane of
// its node on which nothing of another trace is open.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/traces/exporters.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

struct Placed {
    std::size_t trace;
    std::size_t span;
};

class Lane {
public:
    enum class Room { none, empty, within };

    // What room it has at that time; slices end before others begin. A slice that begins when the
    // one before it ends would do, but then some viewers take the end for the new one's.
    Room room_for(const TraceSet& set, const Placed& placed) {
        const TraceSpan& span = span_of(set, placed);
        close(set, span.begin_ns);
        if (open_.empty()) return ended_ns_ < span.begin_ns ? Room::empty : Room::none;
        const bool fits =
            open_.back().trace == placed.trace && span.end_ns <= span_of(set, open_.back()).end_ns;
        return fits && is_within(set, placed) ? Room::within : Room::none;
    }

    void put(const Placed& placed) {
        open_.push_back(placed);
        order_.push_back({placed, true});
    }

    void close(const TraceSet& set, std::int64_t until_ns) {
        while (!open_.empty() && span_of(set, open_.back()).end_ns <= until_ns) {
            ended_ns_ = span_of(set, open_.back()).end_ns;
            order_.push_back({open_.back(), false});
            open_.pop_back();
        }
    }

    struct Edge {
        Placed placed;
        bool begins;
    };
    const std::vector<Edge>& order() const { return order_; }

    static const TraceSpan& span_of(const TraceSet& set, const Placed& placed) {
        return set.traces[placed.trace].spans[placed.span];
    }

private:
    // Only under a span of its own ancestors: time alone would put siblings into one another.
    bool is_within(const TraceSet& set, const Placed& placed) const {
        const Trace& trace = set.traces[placed.trace];
        for (std::size_t span = trace.spans[placed.span].parent; span != kNoSpan;
             span = trace.spans[span].parent) {
            if (span == open_.back().span) return true;
        }
        return false;
    }

    std::vector<Placed> open_;
    std::vector<Edge> order_;
    std::int64_t ended_ns_ = -1;  // the last that did
};

struct Process {
    std::vector<Placed> spans;
    std::vector<Lane> lanes;
};

std::map<std::string, Process> processes_of(const TraceSet& set) {
    std::map<std::string, Process> processes;
    for (std::size_t trace = 0; trace < set.traces.size(); ++trace) {
        for (std::size_t span = 0; span < set.traces[trace].spans.size(); ++span) {
            processes[set.traces[trace].spans[span].service].spans.push_back({trace, span});
        }
    }
    return processes;
}

Lane& lane_for(const TraceSet& set, Process& process, const Placed& placed) {
    Lane* empty = nullptr;
    for (Lane& lane : process.lanes) {
        const Lane::Room room = lane.room_for(set, placed);
        if (room == Lane::Room::within) return lane;
        if (room == Lane::Room::empty && empty == nullptr) empty = &lane;
    }
    return empty != nullptr ? *empty : process.lanes.emplace_back();
}

// Longer ones first among those that begin together: they are outside.
void fill(const TraceSet& set, Process& process) {
    std::ranges::stable_sort(process.spans, [&](const Placed& a, const Placed& b) {
        const TraceSpan& left = Lane::span_of(set, a);
        const TraceSpan& right = Lane::span_of(set, b);
        if (left.begin_ns != right.begin_ns) return left.begin_ns < right.begin_ns;
        return left.end_ns > right.end_ns;
    });
    for (const Placed& placed : process.spans) lane_for(set, process, placed).put(placed);
    for (Lane& lane : process.lanes) lane.close(set, std::numeric_limits<std::int64_t>::max());
}

std::string microseconds(std::int64_t ns) {
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
}

std::string text(const std::string& word) {
    return Json(word).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What is known of a span goes into its categories, which are a list. In "args" speedscope would
// take it for a part of the name, and each slice for a function of its own.
std::string categories_of(const Trace& trace, const TraceSpan& span) {
    std::string words =
        fmt::format("{},{},{},trace {}", name_of(span.kind), span.instance, span.outcome, trace.id);
    if (!span.cause.empty()) words += "," + span.cause;
    if (span.outlived) words += ",outlived";
    if (!span.link_trace.empty()) words += ",left by trace " + span.link_trace;
    return words;
}

void add_name(std::string& out, std::string_view what, std::size_t process, std::size_t lane,
              const std::string& name) {
    out += fmt::format(R"(,{{"ph":"M","name":"{}","pid":{},"tid":{},"args":{{"name":{}}}}})"
                       "\n",
                       what, process, lane, text(name));
}

}  // namespace

std::string chrome_trace(const TraceSet& set) {
    std::string out = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
    out += R"({"ph":"M","name":"trace_config","pid":0,"tid":0,"args":{"name":"spate"}})"
           "\n";
    std::size_t number = 0;
    for (auto& [service, process] : processes_of(set)) {
        ++number;
        Process filled = process;
        fill(set, filled);
        add_name(out, "process_name", number, 0, service);
        for (std::size_t lane = 0; lane < filled.lanes.size(); ++lane) {
            add_name(out, "thread_name", number, lane + 1,
                     fmt::format("{} lane {}", service, lane + 1));
            for (const Lane::Edge& edge : filled.lanes[lane].order()) {
                const Trace& trace = set.traces[edge.placed.trace];
                const TraceSpan& span = trace.spans[edge.placed.span];
                out += fmt::format(
                    R"(,{{"ph":"{}","name":{},"cat":{},"ts":{},"pid":{},"tid":{})",
                    edge.begins ? "B" : "E", text(span.name), text(categories_of(trace, span)),
                    microseconds(edge.begins ? span.begin_ns : span.end_ns), number, lane + 1);
                out += "}\n";
            }
        }
    }
    return out + "]}\n";
}

}  // namespace reports
