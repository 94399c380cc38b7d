#include "reports/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

#include "reports/common_figures.h"
#include "reports/statistics/undefined.h"
#include "reports/theory/availability.h"
#include "reports/trace_figures.h"

namespace reports {

namespace {

Figure of_row(const sim::Figure& row) {
    return {std::string(row.name), dimension_of(text_of(row.unit))};
}

// What the run and every node have alike.
std::vector<Figure> common_figures() {
    std::vector<Figure> figures;
    for (const sim::Figure& row : kOfRequests) {
        figures.push_back(of_row(row));
        figures.back().has_latency = row.name == "succeeded" || row.name == "failed";
    }
    return figures;
}

// "web[0]" as a word: web_0.
std::string word_of(std::string_view name) {
    std::string word;
    for (const char c : name) {
        const bool fits =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (fits) {
            word += c;
        } else if (!word.empty() && word.back() != '_') {
            word += '_';
        }
    }
    while (!word.empty() && word.back() == '_') word.pop_back();
    return word;
}

std::vector<Figure> figures_of(const sim::NodeRecord& node) {
    std::vector<Figure> figures = common_figures();
    const auto add = [&](std::string_view name) {
        figures.push_back(of_row(*std::ranges::find(kOfNodes, name, &sim::Figure::name)));
    };
    for (const std::string_view name : {"reads", "writes", "instances"}) add(name);
    if (node.utilisation) add("utilisation");
    if (node.connections_in_use) add("connections_in_use");
    if (node.waiting_peak) add("waiting_peak");
    if (!node.machines.empty()) {
        add("imbalance");
        add("cv");
        for (const sim::InstanceRecord& machine : node.machines) {
            figures.push_back({"requests_" + word_of(machine.name), Dimension::plain});
            figures.push_back({"share_" + word_of(machine.name), Dimension::share});
        }
    }
    for (const sim::Measure& measure : node.measures) {
        figures.push_back({measure.name, dimension_of(measure.unit), measure.spread != nullptr});
    }
    return figures;
}

// A run's figures and a node's are asked for in the same words.
struct Source {
    const sim::Totals& totals;
    const sim::Latencies& latency;
    double in_flight_mean;
    double measured_s;
    double cost;
};

double per_second(std::uint64_t count, double seconds) {
    return seconds > 0 ? static_cast<double>(count) / seconds : kUndefined;
}

// "Error rate" is said of both: errors a second, and the share of requests that failed.
double error_figure(std::string_view figure, const Source& source) {
    const sim::Totals& totals = source.totals;
    if (figure == "error_ratio") {
        return totals.finished() == 0 ? kUndefined : 1 - totals.availability();
    }
    return per_second(totals.served() - totals.served(sim::Outcome::succeeded), source.measured_s);
}

// "succeeded.p", "failed.mean": of these alone.
double of_one_outcome(const Asked& asked, const sim::Latencies& latency) {
    const bool has_failed = asked.figure.starts_with("failed.");
    const sim::Histogram& of = has_failed ? latency.failed : latency.succeeded;
    if (of.empty()) return kUndefined;
    if (asked.figure.ends_with(".mean")) return of.mean_seconds();
    if (asked.figure.ends_with(".max")) return sim::seconds(of.max());
    return sim::seconds(of.percentile(asked.percent));
}

bool is_of_one_outcome(std::string_view figure) {
    return figure.starts_with("succeeded.") || figure.starts_with("failed.");
}

std::optional<sim::RankedLatency> ranked(const Asked& asked, const sim::Latencies& latency) {
    if (latency.empty() || (asked.figure != "p" && asked.figure != "max")) return std::nullopt;
    return asked.figure == "p" ? latency.percentile(asked.percent) : latency.max();
}

double latency_figure(const Asked& asked, const sim::Latencies& latency) {
    if (is_of_one_outcome(asked.figure)) return of_one_outcome(asked, latency);
    if (asked.figure == "mean") {
        return latency.succeeded.empty() ? kUndefined : latency.succeeded.mean_seconds();
    }
    const auto found = ranked(asked, latency);
    return found ? seconds_of(*found) : kUndefined;
}

double common_figure(const Asked& asked, const Source& source) {
    const std::string& figure = asked.figure;
    const sim::Totals& totals = source.totals;
    if (is_latency(figure)) return latency_figure(asked, source.latency);
    if (figure == "availability") {
        return totals.finished() == 0 ? kUndefined : totals.availability();
    }
    if (figure == "throughput") {
        return per_second(totals.served(sim::Outcome::succeeded), source.measured_s);
    }
    if (figure == "ended_per_s") return per_second(totals.served(), source.measured_s);
    if (figure == "mean_time_in_system") return mean_time_in_system(totals, source.latency);
    if (figure == "in_flight_mean") return source.in_flight_mean;
    if (figure == "errors_per_s" || figure == "error_ratio") return error_figure(figure, source);
    if (figure == "offered") return static_cast<double>(totals.offered);
    if (figure == "in_flight") return static_cast<double>(totals.in_flight);
    if (figure == "censored") return totals.offered == 0 ? kUndefined : totals.censored();
    if (figure == "cost") return source.cost;
    const auto outcome = std::ranges::find(sim::kOutcomeNames, figure);
    if (outcome == sim::kOutcomeNames.end()) return kUndefined;
    return static_cast<double>(
        totals.ended[static_cast<std::size_t>(outcome - sim::kOutcomeNames.begin())]);
}

Source source_of(const Summary& summary) {
    return {summary.totals, summary.latency, summary.in_flight_mean, summary.all_measured_s(),
            summary.cost_usd};
}
Source source_of(const Summary& summary, const NodeSummary& node) {
    return {node.totals, node.latency, node.in_flight_mean, summary.all_measured_s(),
            node.cost_usd};
}

const sim::Split* split_of(const Asked& asked, const Summary& summary) {
    for (const NodeSummary& node : summary.nodes) {
        if (!asked.node.starts_with(node.name)) continue;
        for (const sim::Split& split : node.splits) {
            if (name_of(node.name, split) == asked.node) return &split;
        }
    }
    return nullptr;
}

// Users together, or one node; none when nobody asked for this window before it was summed up.
std::optional<WindowFigures> in_window(const Asked& asked, const Summary& summary) {
    const auto found = summary.windows.find(*asked.window);
    if (found == summary.windows.end()) return std::nullopt;
    if (!asked.node.empty()) {
        for (std::size_t i = 0; i < summary.nodes.size(); ++i) {
            if (summary.nodes[i].name == asked.node) return found->second[i];
        }
        return std::nullopt;
    }
    WindowFigures users;
    for (std::size_t i = 0; i < summary.nodes.size(); ++i) {
        if (summary.nodes[i].is_client) users.add_other(found->second[i]);
    }
    return users;
}

double window_percentile(const Asked& asked, const WindowFigures& in) {
    if (asked.figure == "p") {
        return in.finished == 0 ? kUndefined : seconds_of(in.percentile(asked.percent));
    }
    const BucketCounts& counts = asked.figure.starts_with("failed.") ? in.failed_after : in.latency;
    if (counts.empty()) return kUndefined;
    return sim::seconds(percentile_among(counts, asked.percent));
}

double window_figure(const Asked& asked, const Summary& summary) {
    const auto in = in_window(asked, summary);
    if (!in) return kUndefined;
    const std::string& figure = asked.figure;
    const auto finished = static_cast<double>(in->finished);
    const double good = static_cast<double>(in->succeeded) / finished;  // NaN when none ended
    if (is_latency(figure)) return window_percentile(asked, *in);
    if (figure == "availability") return good;
    if (figure == "error_ratio") return 1 - good;
    if (figure == "throughput") return per_second(in->succeeded, in->length_s);
    if (figure == "ended_per_s") return per_second(in->finished, in->length_s);
    if (figure == "errors_per_s") return per_second(in->finished - in->succeeded, in->length_s);
    if (figure == "offered") return static_cast<double>(in->arrived);
    if (figure == "succeeded") return static_cast<double>(in->succeeded);
    if (figure == "rejected") return static_cast<double>(in->rejected);
    if (figure == "timed_out") return static_cast<double>(in->timed_out);
    return static_cast<double>(in->failed());
}

// How many of a node's requests went to one of its machines, or which share of them.
double machine_figure(std::string_view figure, const NodeSummary& node) {
    const bool is_share = figure.starts_with("share_");
    const std::string_view word = figure.substr(figure.find('_') + 1);
    const auto machine = std::ranges::find(
        node.machines, word, [](const sim::InstanceRecord& each) { return word_of(each.name); });
    if (machine == node.machines.end()) return kUndefined;
    const auto requests = static_cast<double>(machine->requests);
    double all = 0;
    for (const sim::InstanceRecord& each : node.machines) all += static_cast<double>(each.requests);
    if (is_share) return all > 0 ? requests / all : kUndefined;
    return requests;
}

// A number; of a distribution its mean, "lock_wait.max" or "lock_wait.p".
double measure_figure(const Asked& asked, const sim::Measure& measure) {
    const std::size_t dot = asked.figure.find('.');
    if (dot == std::string::npos) return measure.value;
    if (!measure.spread || measure.spread->empty()) return kUndefined;
    if (asked.figure.substr(dot) == ".max") return sim::seconds(measure.spread->max());
    return sim::seconds(measure.spread->percentile(asked.percent));
}

double node_figure(const Asked& asked, const Summary& summary, const NodeSummary& node) {
    const std::string& figure = asked.figure;
    if (figure == "utilisation") return node.utilisation.value_or(kUndefined);
    if (figure == "connections_in_use") return node.connections_in_use.value_or(kUndefined);
    if (figure == "waiting_peak") {
        return node.waiting_peak ? static_cast<double>(*node.waiting_peak) : kUndefined;
    }
    if (figure == "writes") return static_cast<double>(node.writes);
    if (figure == "reads") return static_cast<double>(node.totals.offered - node.writes);
    if (figure == "instances") return node.instances;
    if (figure == "imbalance") return balance_of(node).imbalance;
    if (figure == "cv") return balance_of(node).cv;
    if (figure.starts_with("requests_") || figure.starts_with("share_")) {
        if (const double value = machine_figure(figure, node); !std::isnan(value)) return value;
    }
    const auto measure =
        std::ranges::find(node.measures, figure.substr(0, figure.find('.')), &sim::Measure::name);
    if (measure != node.measures.end()) return measure_figure(asked, *measure);
    return common_figure(asked, source_of(summary, node));
}

double split_figure(const Asked& asked, const Summary& summary) {
    const sim::Split* const split = split_of(asked, summary);
    if (split == nullptr) return kUndefined;
    return common_figure(
        asked, {split->totals, split->latency, kUndefined, summary.all_measured_s(), kUndefined});
}

double watched_figure(const Asked& asked, const Summary& summary) {
    for (const sim::Watched& each : summary.watched) {
        if (name_of(each) != asked.node) continue;
        const auto measure = std::ranges::find(each.measures, asked.figure, &sim::Measure::name);
        return measure == each.measures.end() ? kUndefined : measure->value;
    }
    return kUndefined;
}

}  // namespace

std::string name_of(const sim::Watched& watched) {
    return watched.of + "." + watched.name;
}

std::string name_of(const std::string& node, const sim::Split& split) {
    return node + "." + split.by + "." + split.name;
}

const NodeWords* Vocabulary::node(std::string_view name) const {
    const auto found = std::ranges::find(nodes, name, &NodeWords::node);
    return found == nodes.end() ? nullptr : &*found;
}

Vocabulary vocabulary_of(const sim::Recording& recording) {
    Vocabulary vocabulary;
    vocabulary.run = common_figures();
    for (const sim::Figure& row : kOfRuns) vocabulary.run.push_back(of_row(row));
    for (const sim::NodeRecord& node : recording.nodes) {
        vocabulary.nodes.push_back(
            {node.name, figures_of(node), node.is_client ? OfWindows::all : OfWindows::counts});
        for (const sim::Split& split : node.splits) {
            vocabulary.nodes.push_back(
                {name_of(node.name, split), common_figures(), OfWindows::none});
        }
    }
    for (const sim::Watched& watched : recording.watched) {
        NodeWords words{name_of(watched), {}, OfWindows::none};
        for (const sim::Measure& each : watched.measures) {
            words.figures.push_back({each.name, dimension_of(each.unit)});
        }
        vocabulary.nodes.push_back(std::move(words));
    }
    if (!recording.observed) return vocabulary;
    for (NodeWords& words : ObservedFigures::words()) {
        if (vocabulary.node(words.node) == nullptr) vocabulary.nodes.push_back(std::move(words));
    }
    return vocabulary;
}

void merge(Vocabulary& into, const Vocabulary& other) {
    if (into.run.empty()) into.run = other.run;
    if (!into.time) into.time = other.time;
    if (other.time) {
        into.time->measured_from_s =
            std::max(into.time->measured_from_s, other.time->measured_from_s);
        into.time->end_s = std::min(into.time->end_s, other.time->end_s);
        into.time->slice_s = std::max(into.time->slice_s, other.time->slice_s);
    }
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < into.nodes.size(); ++i) places.emplace(into.nodes[i].node, i);
    for (const NodeWords& words : other.nodes) {
        const auto [place, is_new] = places.emplace(words.node, into.nodes.size());
        if (is_new) {
            into.nodes.push_back(words);
            continue;
        }
        std::vector<Figure>& known = into.nodes[place->second].figures;
        for (const Figure& figure : words.figures) {
            if (std::ranges::find(known, figure.name, &Figure::name) == known.end()) {
                known.push_back(figure);
            }
        }
    }
}

bool is_latency(std::string_view figure) {
    return figure == "p" || figure == "mean" || figure == "max" || is_of_one_outcome(figure);
}

bool is_known_of_windows(std::string_view figure) {
    constexpr std::array<std::string_view, 13> kKnown = {
        "p",          "succeeded.p", "failed.p",     "availability", "error_ratio",
        "throughput", "ended_per_s", "errors_per_s", "offered",      "succeeded",
        "failed",     "rejected",    "timed_out"};
    return std::ranges::find(kKnown, figure) != kKnown.end();
}

double waited_of(const Asked& asked, const Summary& summary) {
    std::optional<sim::RankedLatency> found;
    if (asked.window) {
        const auto in = in_window(asked, summary);
        if (in && asked.figure == "p" && in->finished > 0) found = in->percentile(asked.percent);
    } else if (asked.node.empty()) {
        found = ranked(asked, summary.latency);
    } else if (const NodeSummary* node = summary.node(asked.node)) {
        found = ranked(asked, node->latency);
    } else if (const sim::Split* split = split_of(asked, summary)) {
        found = ranked(asked, split->latency);
    }
    return found && found->failed ? sim::seconds(found->time) : kUndefined;
}

// None: it is no figure of when the service was down.
static std::optional<double> outage_figure(std::string_view figure, const Summary& summary) {
    const Outages& outages = summary.outages;
    if (figure == "outages") return static_cast<double>(outages.count);
    if (figure == "mttr") return outages.mean_s();
    if (figure == "mtbf") return outages.between_s();
    if (figure == "longest_outage") return outages.longest_s;
    if (figure == "nines") return nines_of(summary.availability);
    if (figure == "nines_by_time") return nines_of(summary.availability_by_time);
    if (figure == "downtime_per_year") {
        return downtime_of(summary.availability_by_time, kYearSeconds);
    }
    return std::nullopt;
}

// None: it is no figure of what a run costs.
static std::optional<double> cost_figure(std::string_view figure, const Summary& summary) {
    if (figure == "cost_per_month") return summary.cost_usd_per_month;
    if (figure == "cost_per_request") return summary.cost_usd_per_request.value_or(kUndefined);
    if (figure == "cost_per_1000_users") {
        return summary.cost_usd_per_1000_users.value_or(kUndefined);
    }
    if (figure == "downtime_cost") return summary.downtime_usd.value_or(kUndefined);
    return std::nullopt;
}

double value_of(const Asked& asked, const Summary& summary) {
    if (asked.window) return window_figure(asked, summary);
    if (!asked.node.empty()) {
        const NodeSummary* node = summary.node(asked.node);
        if (node != nullptr) return node_figure(asked, summary, *node);
        const bool is_observed = asked.node == "traces" || asked.node == "logs";
        if (is_observed && summary.observed) return summary.observed->value(asked);
        const double watched = watched_figure(asked, summary);
        return std::isnan(watched) ? split_figure(asked, summary) : watched;
    }
    if (asked.figure == "availability_by_time") return summary.availability_by_time;
    if (const std::optional<double> up = outage_figure(asked.figure, summary)) return *up;
    if (const std::optional<double> cost = cost_figure(asked.figure, summary)) return *cost;
    return common_figure(asked, source_of(summary));
}

}  // namespace reports
