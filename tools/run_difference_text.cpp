// A difference between two runs, for people and for programs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/spec/json_text.h"
#include "reports/render/numbers.h"
#include "reports/render/terminal.h"
#include "tools/run_difference.h"
#include "tools/run_record.h"

namespace tools {

namespace {

using models::spec::Difference;
using models::spec::Json;

constexpr std::size_t kMostOfNodes = 20;
constexpr std::size_t kWidestPath = 44;

std::string cut(const std::string& text) {
    constexpr std::size_t kLongest = 60;
    const std::string clean = reports::printable(text);
    return reports::width_of(clean) <= kLongest ? clean : reports::fitted(clean, kLongest);
}

std::string last_of(const std::string& path) {
    return path.substr(path.rfind('.') + 1);
}

bool is_of_node(const FigureChange& figure) {
    return !figure.path.starts_with("totals.") && !figure.path.starts_with("latency_ms.");
}

// By how much, of the larger of both: 0 to 1, and more where the sign turns.
double share_of(const FigureChange& figure) {
    const double largest = std::max(std::abs(figure.before), std::abs(figure.after));
    return largest > 0 ? std::abs(figure.after - figure.before) / largest : 0;
}

std::string signed_text(const std::string& path, double value) {
    return (value < 0 ? "-" : "+") + figure_text(path, std::abs(value));
}

// "+10.6 ms [8.2 ms, 13 ms]", or no difference shown where that covers zero.
std::string claim_of(const FigureChange& figure) {
    if (!figure.difference || !figure.difference->interval) return "";
    const reports::Interval& interval = *figure.difference->interval;
    return fmt::format("  {} [{}, {}]{}", signed_text(figure.path, figure.difference->value),
                       signed_text(figure.path, interval.low),
                       signed_text(figure.path, interval.high),
                       reports::leaves_out(*figure.difference, 0) ? "" : " no difference shown");
}

std::size_t width_for(const std::vector<std::string>& paths) {
    std::size_t width = 0;
    for (const std::string& path : paths) {
        width = std::max(width, reports::width_of(reports::printable(path)));
    }
    return std::min(width, kWidestPath);
}

std::string scenario_text(const std::vector<Difference>& all, bool colour) {
    std::vector<std::string> paths;
    for (const Difference& each : all) paths.push_back(each.path);
    const std::size_t width = width_for(paths);
    std::string text = "scenario\n";
    for (const Difference& each : all) {
        const bool is_changed = each.kind == Difference::Kind::changed;
        const bool is_added = each.kind == Difference::Kind::added;
        const std::string line =
            fmt::format("  {} {}  {}",
                        is_changed ? '~'
                        : is_added ? '+'
                                   : '-',
                        reports::fitted(reports::printable(each.path), width),
                        is_changed ? fmt::format("{} -> {}", cut(each.before), cut(each.after))
                                   : cut(is_added ? each.after : each.before));
        const char* const code = is_changed ? "33" : is_added ? "32" : "31";
        text += colour ? fmt::format("\033[{}m{}\033[0m\n", code, line) : line + "\n";
    }
    return text + "\n";
}

std::string changes_text(const std::vector<Change>& all, const std::string& nothing) {
    std::vector<std::string> names;
    for (const Change& each : all) names.push_back(each.what);
    const std::size_t width = width_for(names);
    std::string text;
    for (const Change& each : all) {
        text +=
            fmt::format("  {}  {} -> {}\n", reports::fitted(reports::printable(each.what), width),
                        each.before.empty() ? nothing : cut(each.before),
                        each.after.empty() ? nothing : cut(each.after));
    }
    return text + "\n";
}

std::string figures_text(const std::vector<FigureChange>& figures) {
    std::vector<std::string> paths;
    for (const FigureChange& each : figures) paths.push_back(each.path);
    const std::size_t width = width_for(paths);
    std::string text;
    for (const FigureChange& each : figures) {
        text += fmt::format("  {}  {:>10} -> {:<10}{}",
                            reports::fitted(reports::printable(each.path), width),
                            figure_text(each.path, each.before), figure_text(each.path, each.after),
                            claim_of(each));
        text.resize(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

std::string basis_text(const RunDifference& difference) {
    switch (difference.basis) {
        case Basis::paired:
            return "  [95 % CI], paired: the same users ask for the same in every replication of "
                   "both\n";
        case Basis::welch:
            return "  [95 % CI] by Welch's t, not paired; spate compare plays both on the same "
                   "chance\n";
        case Basis::none:
            break;
    }
    return fmt::format("  no interval: {}\n", reports::printable(difference.why_no_interval));
}

// What users saw, then of the nodes what changed most.
std::string all_figures_text(const RunDifference& difference, bool everything) {
    std::vector<FigureChange> users;
    std::vector<FigureChange> nodes;
    for (const FigureChange& each : difference.figures) {
        (is_of_node(each) ? nodes : users).push_back(each);
    }
    std::string text = "figures\n" + figures_text(users) + basis_text(difference);
    if (nodes.empty()) return text;
    const std::size_t left = nodes.size();
    if (!everything && nodes.size() > kMostOfNodes) {
        std::ranges::stable_sort(nodes, std::ranges::greater(), share_of);
        nodes.resize(kMostOfNodes);
    }
    text += "\n" + figures_text(nodes);
    if (left > nodes.size()) {
        text += fmt::format("  those that changed most; {} more with --all\n", left - nodes.size());
    }
    return text;
}

Json json_of(const std::vector<Change>& all) {
    Json::List list;
    for (const Change& each : all) {
        Json one;
        one.put("what", each.what);
        one.put("before", each.before.empty() ? Json() : Json(each.before));
        one.put("after", each.after.empty() ? Json() : Json(each.after));
        list.push_back(std::move(one));
    }
    return list;
}

Json json_of(const std::vector<Difference>& all) {
    Json::List list;
    for (const Difference& each : all) {
        Json one;
        one.put("path", each.path);
        one.put("before", each.kind == Difference::Kind::added ? Json() : Json(each.before));
        one.put("after", each.kind == Difference::Kind::removed ? Json() : Json(each.after));
        list.push_back(std::move(one));
    }
    return list;
}

Json json_of(const std::vector<FigureChange>& all) {
    Json::List list;
    for (const FigureChange& each : all) {
        Json one;
        one.put("path", each.path);
        one.put("before", each.before);
        one.put("after", each.after);
        if (each.difference && each.difference->interval) {
            one.put("difference", each.difference->value);
            one.put("ci95",
                    Json::List{each.difference->interval->low, each.difference->interval->high});
        }
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

std::string figure_text(const std::string& path, double value) {
    const std::string name = last_of(path);
    const bool is_latency = path.find("latency_ms.") != std::string::npos && name != "count";
    if (is_latency || name.ends_with("_ms")) return reports::brief(value / 1e3);
    if (name.ends_with("_s") || path.find("spent_s.") != std::string::npos) {
        return reports::brief(value);
    }
    if (path.find("cost_usd") != std::string::npos) return fmt::format("${:.4g}", value);
    if (name.starts_with("availability") || name == "utilisation" || name == "connections_in_use") {
        return reports::percent(value);
    }
    const bool is_whole = value == std::floor(value) && std::abs(value) < 1e15;
    return is_whole ? reports::grouped(value) : fmt::format("{:.4g}", value);
}

std::string difference_text(const RunDifference& difference, bool everything, bool colour) {
    if (difference.is_empty()) return "No difference.\n";
    std::string text;
    if (!difference.scenario.empty()) text += scenario_text(difference.scenario, colour);
    if (!difference.identity.empty()) {
        text += "runs\n" + changes_text(difference.identity, "none");
    }
    if (!difference.expectations.empty()) {
        text += "expectations\n" + changes_text(difference.expectations, "not expected");
    }
    if (!difference.others.empty()) {
        text += "parts\n" + changes_text(difference.others, "not there");
    }
    if (!difference.figures.empty()) text += all_figures_text(difference, everything);
    while (text.ends_with("\n\n")) text.pop_back();
    return text;
}

std::string difference_json(const RunDifference& difference, const FinishedRun& before,
                            const FinishedRun& after) {
    Json json;
    json.put("schema", "spate.diff/1");
    json.put("before", before.folder);
    json.put("after", after.folder);
    json.put("equal", difference.is_empty());
    json.put("scenario", json_of(difference.scenario));
    json.put("runs", json_of(difference.identity));
    json.put("expect", json_of(difference.expectations));
    json.put("parts", json_of(difference.others));
    json.put("interval", difference.basis == Basis::paired  ? Json("paired")
                         : difference.basis == Basis::welch ? Json("welch")
                                                            : Json());
    json.put("figures", json_of(difference.figures));
    return models::spec::indented_text(json) + "\n";
}

}  // namespace tools
