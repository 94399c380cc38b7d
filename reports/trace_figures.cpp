#include "reports/trace_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "reports/statistics/undefined.h"
#include "reports/traces/access.h"
#include "reports/traces/exporters.h"
#include "reports/traces/logs.h"
#include "reports/traces/trace.h"
#include "reports/traces/tree.h"
#include "reports/words/json_lines.h"
#include "sim/span.h"

namespace reports {

namespace {

using Document = nlohmann::json;

double counted(std::uint64_t number) {
    return static_cast<double>(number);
}

// The smallest that at least so many percent do not exceed, as histograms have it.
double percentile(std::vector<double> values, double percent) {
    if (values.empty()) return kUndefined;
    const double rank = std::ceil(percent / 100 * counted(values.size()));
    const auto at = static_cast<std::ptrdiff_t>(std::max(1.0, rank)) - 1;
    std::ranges::nth_element(values, values.begin() + at);
    return values[static_cast<std::size_t>(at)];
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// One that says how long requests took: the slowest and the failed that are kept would not.
bool is_typical(const Trace& trace) {
    return trace.is_users() && trace.kept_for == sim::KeptFor::sample && !trace.root().unfinished;
}

std::size_t zipkin_spans(const TraceSet& set) {
    return Document::parse(zipkin_json(set)).size();
}

std::size_t jaeger_spans(const TraceSet& set) {
    std::size_t spans = 0;
    const Document json = Document::parse(jaeger_json(set));
    for (const Document& trace : json["data"]) spans += trace["spans"].size();
    return spans;
}

bool has_service(const Document& resource) {
    for (const Document& each : resource["attributes"]) {
        if (each["key"] == "service.name") return !each["value"]["stringValue"].empty();
    }
    return false;
}

double mean_critical_s(const TraceSet& set) {
    double sum = 0;
    std::size_t traces = 0;
    for (const Trace& trace : set.traces) {
        if (!is_typical(trace)) continue;
        ++traces;
        for (const std::int64_t own : critical_ns(trace)) sum += static_cast<double>(own) / 1e9;
    }
    return traces > 0 ? sum / counted(traces) : kUndefined;
}

// From the two timestamps of a line, which have microseconds.
double seconds_of(const std::string& stamp) {
    const auto number = [&](std::size_t at, std::size_t digits) {
        return std::stod(stamp.substr(at, digits));
    };
    return number(8, 2) * 86400 + number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 9);
}

std::vector<double> alb_durations(const std::string& log) {
    std::vector<double> durations;
    for (const std::string& line : lines_of(log)) {
        std::istringstream in(line);
        std::vector<std::string> words;
        for (std::string word; in >> word;) words.push_back(word);
        const auto forward = std::ranges::find(words, "\"forward\"");
        durations.push_back(seconds_of(*(forward - 1)) - seconds_of(words[1]));
    }
    for (double& each : durations) each = std::abs(each);
    return durations;
}

std::size_t fewest_fields(const std::string& gateway) {
    std::size_t fewest = ~std::size_t{0};
    for_each_json_line<Document>(
        gateway, [&](const Document& json) { fewest = std::min(fewest, json.size()); });
    return fewest;
}

// Of what was accepted: packets and bytes there, and bytes of answers.
struct Flows {
    double packets = 0;
    double bytes = 0;
    double replied = 0;
    double rejected = 0;
};

Flows flows_of(const sim::Observed& observed) {
    Flows flows;
    for (const sim::Flow& each : observed.flows) {
        const auto packets = static_cast<double>(each.packets);
        const auto bytes = static_cast<double>(each.bytes);
        if (!each.accepted) {
            flows.rejected += packets;
        } else if (each.is_answer) {
            flows.replied += bytes;
        } else {
            flows.packets += packets;
            flows.bytes += bytes;
        }
    }
    return flows;
}

}  // namespace

// What an OpenTelemetry collector would have got.
struct ObservedFigures::Collected {
    explicit Collected(const std::string& otlp);

    std::size_t signals = 0;
    std::size_t items = 0;            // spans, logs and metrics
    std::size_t without_service = 0;  // of the items
    std::set<std::string> spans;
    std::vector<std::string> errors;  // of error logs: the span of each, or nothing

    std::size_t unresolved() const {
        const auto is_unknown = [&](const std::string& span) { return !spans.contains(span); };
        return static_cast<std::size_t>(std::ranges::count_if(errors, is_unknown));
    }

private:
    void add(const std::string& signal, const Document& item);
};

ObservedFigures::Collected::Collected(const std::string& otlp) {
    for_each_json_line<Document>(otlp, [&](const Document& json) {
        const std::string signal = json.begin().key();
        if (!json[signal].empty()) ++signals;
        for (const Document& resource : json[signal]) {
            for (const auto& [name, scopes] : resource.items()) {
                if (name == "resource") continue;
                for (const auto& [items_name, all] : scopes[0].items()) {
                    if (items_name == "scope") continue;
                    items += all.size();
                    if (!has_service(resource["resource"])) without_service += all.size();
                    for (const Document& item : all) add(signal, item);
                }
            }
        }
    });
}

void ObservedFigures::Collected::add(const std::string& signal, const Document& item) {
    const std::string span = item.value("traceId", "") + item.value("spanId", "");
    if (signal == "resourceSpans") spans.insert(span);
    if (item.value("severityText", "") == "ERROR") errors.push_back(span);
}

const TraceSet& ObservedFigures::set() const {
    if (!set_) set_ = std::make_shared<const TraceSet>(traces_of(recording_, 0));
    return *set_;
}

const ObservedFigures::Collected& ObservedFigures::collected() const {
    if (!collected_) {
        const Signals signals{set(), logs_of(recording_, set()),
                              counters_of(metrics_of(recording_, {})), "0"};
        collected_ = std::make_shared<const Collected>(otlp_json_lines(signals));
    }
    return *collected_;
}

const std::string& ObservedFigures::access() const {
    if (!access_) access_ = std::make_shared<const std::string>(access_jsonl(recording_, 0));
    return *access_;
}

// A copy of what traces, logs and counters are written from; without an observer there are none.
ObservedFigures::ObservedFigures(const sim::Recording& recording) {
    if (!recording.observed) return;
    recording_.slice = recording.slice;
    recording_.simulated = recording.simulated;
    for (const sim::NodeRecord& each : recording.nodes) {
        sim::NodeRecord node;
        node.name = each.name;
        node.kind = each.kind;
        node.is_client = each.is_client;
        node.calls = each.calls;
        node.slices = each.slices;
        recording_.nodes.push_back(std::move(node));
    }
    recording_.incidents = recording.incidents;
    recording_.observed = recording.observed;
}

std::vector<NodeWords> ObservedFigures::words() {
    NodeWords traces{"traces", {{"mean", Dimension::time}, {"p", Dimension::time}}};
    for (const char* name :
         {"kept", "left_out", "linked", "requests", "chosen", "spans", "spans_per_trace", "dropped",
          "troubles", "zipkin_spans", "jaeger_spans", "otlp_spans", "otlp_signals",
          "otlp_without_service", "errors", "errors_unresolved"}) {
        traces.figures.push_back({name, Dimension::plain});
    }
    NodeWords logs{"logs", {{"p", Dimension::time}}};
    for (const char* name : {"lines", "beyond", "errors", "errors_untraced", "alb_lines",
                             "gateway_lines", "gateway_fields", "flow_packets", "flow_rejects"}) {
        logs.figures.push_back({name, Dimension::plain});
    }
    logs.figures.push_back({"flow_bytes", dimension_of("bytes")});
    logs.figures.push_back({"flow_replied", dimension_of("bytes")});
    return {traces, logs};
}

double ObservedFigures::value(const Asked& asked) const {
    if (!recording_.observed) return kUndefined;
    return asked.node == "traces" ? of_traces(asked) : of_logs(asked);
}

double ObservedFigures::of_traces(const Asked& asked) const {
    const sim::Observed& observed = *recording_.observed;
    if (asked.figure == "requests") return static_cast<double>(observed.requests);
    if (asked.figure == "chosen") return static_cast<double>(observed.chosen);
    if (asked.figure == "left_out") return static_cast<double>(observed.chosen - observed.kept);
    if (asked.figure == "spans") return counted(observed.spans.size());
    const TraceSet& set = this->set();
    const auto users =
        static_cast<std::size_t>(std::ranges::count_if(set.traces, &Trace::is_users));
    if (asked.figure == "kept") return counted(users);
    if (asked.figure == "linked") return counted(set.traces.size() - users);
    if (asked.figure == "spans_per_trace") return counted(set.spans()) / counted(set.traces.size());
    if (asked.figure == "mean") return mean_critical_s(set);
    if (asked.figure == "zipkin_spans") return counted(zipkin_spans(set));
    if (asked.figure == "jaeger_spans") return counted(jaeger_spans(set));
    if (asked.figure == "dropped") {
        double dropped = 0;
        for (const Trace& trace : set.traces) dropped += static_cast<double>(trace.dropped);
        return dropped;
    }
    if (asked.figure == "troubles") {
        const auto is_trouble = [](const Trace& trace) { return !trouble_with(trace).empty(); };
        return counted(static_cast<std::size_t>(std::ranges::count_if(set.traces, is_trouble)));
    }
    if (asked.figure == "p") {
        std::vector<double> latencies;
        for (const Trace& trace : set.traces) {
            if (!is_typical(trace)) continue;
            latencies.push_back(static_cast<double>(trace.root().duration_ns()) / 1e9);
        }
        return percentile(std::move(latencies), asked.percent);
    }
    const Collected& collected = this->collected();
    if (asked.figure == "otlp_spans") return counted(collected.spans.size());
    if (asked.figure == "otlp_signals") return counted(collected.signals);
    if (asked.figure == "otlp_without_service") return counted(collected.without_service);
    if (asked.figure == "errors") return counted(collected.errors.size());
    if (asked.figure == "errors_unresolved") return counted(collected.unresolved());
    return kUndefined;
}

double ObservedFigures::of_logs(const Asked& asked) const {
    const sim::Observed& observed = *recording_.observed;
    if (asked.figure.starts_with("flow_")) {
        const Flows flows = flows_of(observed);
        if (asked.figure == "flow_packets") return flows.packets;
        if (asked.figure == "flow_rejects") return flows.rejected;
        return asked.figure == "flow_bytes" ? flows.bytes : flows.replied;
    }
    if (asked.figure == "beyond") return static_cast<double>(observed.accesses_beyond);
    const std::string& access = this->access();
    if (asked.figure == "lines") return counted(lines_of(access).size());
    if (asked.figure == "p") return percentile(alb_durations(alb_log(access)), asked.percent);
    if (asked.figure == "alb_lines") return counted(lines_of(alb_log(access)).size());
    if (asked.figure == "gateway_lines") return counted(lines_of(gateway_log(access)).size());
    if (asked.figure == "gateway_fields") return counted(fewest_fields(gateway_log(access)));
    std::size_t errors = 0;
    std::size_t untraced = 0;
    for_each_json_line<Document>(access, [&](const Document& json) {
        if (json["status"].get<int>() < 500) return;
        ++errors;
        untraced += !json.contains("trace_id");
    });
    if (asked.figure == "errors") return counted(errors);
    if (asked.figure == "errors_untraced") return counted(untraced);
    return kUndefined;
}

}  // namespace reports
