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
    // What is open at that time; slices end before others begin.
    bool takes(const TraceSet& set, const Placed& placed) {
        const TraceSpan& span = span_of(set, placed);
        close(set, span.begin_ns);
        if (open_.empty()) return true;
        if (open_.back().trace != placed.trace) return false;
        return span.end_ns <= span_of(set, open_.back()).end_ns && is_within(set, placed);
    }

    void put(const Placed& placed) {
        open_.push_back(placed);
        order_.push_back({placed, true});
    }

    void close(const TraceSet& set, std::int64_t until_ns) {
        while (!open_.empty() && span_of(set, open_.back()).end_ns <= until_ns) {
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

// Longer ones first among those that begin together: they are outside.
void fill(const TraceSet& set, Process& process) {
    std::ranges::stable_sort(process.spans, [&](const Placed& a, const Placed& b) {
        const TraceSpan& left = Lane::span_of(set, a);
        const TraceSpan& right = Lane::span_of(set, b);
        if (left.begin_ns != right.begin_ns) return left.begin_ns < right.begin_ns;
        return left.end_ns > right.end_ns;
    });
    for (const Placed& placed : process.spans) {
        auto lane = std::ranges::find_if(process.lanes,
                                         [&](Lane& each) { return each.takes(set, placed); });
        if (lane == process.lanes.end()) lane = process.lanes.emplace(lane);
        lane->put(placed);
    }
    for (Lane& lane : process.lanes) lane.close(set, std::numeric_limits<std::int64_t>::max());
}

std::string microseconds(std::int64_t ns) {
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
}

std::string text(const std::string& word) {
    return Json(word).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string args_of(const Trace& trace, const TraceSpan& span) {
    Json args = {{"trace_id", trace.id},
                 {"span_id", span.id},
                 {"instance", span.instance},
                 {"kind", name_of(span.kind)},
                 {"outcome", span.outcome}};
    if (!span.cause.empty()) args["cause"] = span.cause;
    if (span.outlived) args["outlived"] = true;
    if (!span.link_trace.empty()) args["link"] = span.link_trace + "/" + span.link_span;
    for (const sim::SpanAttribute& each : span.attributes) {
        std::visit([&](const auto& value) { args[each.key] = value; }, each.value);
    }
    return args.dump(-1, ' ', false, Json::error_handler_t::replace);
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
                out += fmt::format(R"(,{{"ph":"{}","name":{},"cat":"{}","ts":{},"pid":{},"tid":{})",
                                   edge.begins ? "B" : "E", text(span.name), name_of(span.kind),
                                   microseconds(edge.begins ? span.begin_ns : span.end_ns), number,
                                   lane + 1);
                if (edge.begins) out += ",\"args\":" + args_of(trace, span);
                out += "}\n";
            }
        }
    }
    return out + "]}\n";
}

}  // namespace reports
