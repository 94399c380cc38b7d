#include "reports/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

#include "reports/traces/figures.h"
#include "reports/undefined.h"

namespace reports {

namespace {

// What the run and every node have alike.
std::vector<Figure> common_figures() {
    return {{"p", Dimension::time},
            {"mean", Dimension::time},
            {"max", Dimension::time},
            {"availability", Dimension::share},
            {"throughput", Dimension::rate},
            {"errors_per_s", Dimension::rate},
            {"error_ratio", Dimension::share},
            {"offered", Dimension::plain},
            {"succeeded", Dimension::plain},
            {"failed", Dimension::plain},
            {"rejected", Dimension::plain},
            {"timed_out", Dimension::plain},
            {"in_flight", Dimension::plain},
            {"cost", Dimension::money}};
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
    figures.push_back({"reads", Dimension::plain});
    figures.push_back({"writes", Dimension::plain});
    figures.push_back({"instances", Dimension::plain});
    if (node.utilisation) figures.push_back({"utilisation", Dimension::share});
    if (node.connections_in_use) figures.push_back({"connections_in_use", Dimension::share});
    if (node.waiting_peak) figures.push_back({"waiting_peak", Dimension::plain});
    if (!node.machines.empty()) {
        figures.push_back({"imbalance", Dimension::plain});
        figures.push_back({"cv", Dimension::plain});
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
    const sim::Histogram& latency;
    double measured_s;
    double throughput;
    double cost;
};

// "Error rate" is said of both: errors a second, and the share of requests that failed.
double error_figure(std::string_view figure, const Source& source) {
    const sim::Totals& totals = source.totals;
    if (figure == "error_ratio") {
        return totals.finished() == 0 ? kUndefined : 1 - totals.availability();
    }
    const auto errors = static_cast<double>(totals.finished() - totals.of(sim::Outcome::succeeded));
    return source.measured_s > 0 ? errors / source.measured_s : kUndefined;
}

double latency_figure(const Asked& asked, const sim::Histogram& latency) {
    if (latency.empty()) return kUndefined;
    if (asked.figure == "p") return sim::seconds(latency.percentile(asked.percent));
    if (asked.figure == "mean") return latency.mean_seconds();
    return sim::seconds(latency.max());
}

double common_figure(const Asked& asked, const Source& source) {
    const std::string& figure = asked.figure;
    const sim::Totals& totals = source.totals;
    if (figure == "p" || figure == "mean" || figure == "max") {
        return latency_figure(asked, source.latency);
    }
    if (figure == "availability") {
        return totals.finished() == 0 ? kUndefined : totals.availability();
    }
    if (figure == "throughput") return source.throughput;
    if (figure == "errors_per_s" || figure == "error_ratio") return error_figure(figure, source);
    if (figure == "offered") return static_cast<double>(totals.offered);
    if (figure == "in_flight") return static_cast<double>(totals.in_flight());
    if (figure == "cost") return source.cost;
    const auto outcome = std::ranges::find(sim::kOutcomeNames, figure);
    if (outcome == sim::kOutcomeNames.end()) return kUndefined;
    return static_cast<double>(
        totals.ended[static_cast<std::size_t>(outcome - sim::kOutcomeNames.begin())]);
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
    const double measured = summary.measured_s() * static_cast<double>(summary.replications);
    const auto succeeded = static_cast<double>(node.totals.of(sim::Outcome::succeeded));
    return common_figure(asked, {node.totals, node.latency, measured,
                                 measured > 0 ? succeeded / measured : kUndefined, node.cost_usd});
}

double split_figure(const Asked& asked, const Summary& summary) {
    for (const NodeSummary& node : summary.nodes) {
        if (!asked.node.starts_with(node.name)) continue;
        for (const sim::Split& split : node.splits) {
            if (name_of(node.name, split) != asked.node) continue;
            const double measured =
                summary.measured_s() * static_cast<double>(summary.replications);
            const auto succeeded = static_cast<double>(split.totals.of(sim::Outcome::succeeded));
            return common_figure(asked,
                                 {split.totals, split.latency, measured,
                                  measured > 0 ? succeeded / measured : kUndefined, kUndefined});
        }
    }
    return kUndefined;
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
    vocabulary.run.push_back({"availability_by_time", Dimension::share});
    vocabulary.run.push_back({"cost_per_month", Dimension::money});
    for (const sim::NodeRecord& node : recording.nodes) {
        vocabulary.nodes.push_back({node.name, figures_of(node)});
        for (const sim::Split& split : node.splits) {
            vocabulary.nodes.push_back({name_of(node.name, split), common_figures()});
        }
    }
    for (const sim::Watched& watched : recording.watched) {
        NodeWords words{name_of(watched), {}};
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

double value_of(const Asked& asked, const Summary& summary) {
    if (!asked.node.empty()) {
        const NodeSummary* node = summary.node(asked.node);
        if (node != nullptr) return node_figure(asked, summary, *node);
        const bool is_observed = asked.node == "traces" || asked.node == "logs";
        if (is_observed && summary.observed) return summary.observed->value(asked);
        const double watched = watched_figure(asked, summary);
        return std::isnan(watched) ? split_figure(asked, summary) : watched;
    }
    if (asked.figure == "availability_by_time") return summary.availability_by_time;
    if (asked.figure == "cost_per_month") return summary.cost_usd_per_month;
    return common_figure(asked, {summary.totals, summary.latency,
                                 summary.measured_s() * static_cast<double>(summary.replications),
                                 summary.throughput_rps, summary.cost_usd});
}

}  // namespace reports
