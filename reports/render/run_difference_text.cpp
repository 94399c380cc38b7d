#include "reports/render/run_difference_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostOfNodes = 20;

std::string last_of(const std::string& path) {
    return path.substr(path.rfind('.') + 1);
}

// With its unit, which its path tells: "35.7 ms".
std::string figure_text(const std::string& path, double value) {
    const std::string name = last_of(path);
    const bool is_latency = path.find("latency_ms.") != std::string::npos && name != "count";
    if (is_latency || name.ends_with("_ms")) return brief(value / 1e3);
    if (name.ends_with("_s") || path.find("spent_s.") != std::string::npos) {
        return brief(value);
    }
    if (path.find("cost_usd") != std::string::npos) return fmt::format("${:.4g}", value);
    if (name.starts_with("availability") || name == "utilisation" || name == "connections_in_use") {
        return percent(value);
    }
    const bool is_whole = value == std::floor(value) && std::abs(value) < 1e15;
    return is_whole ? grouped(value) : fmt::format("{:.4g}", value);
}

bool is_of_node(const FigureChange& figure) {
    return !figure.path.starts_with("totals.") && !figure.path.starts_with("latency_ms.");
}

// By how much, of the larger of both: 0 to 1, and more where the sign turns.
double share_of(const FigureChange& figure) {
    const double largest = std::max(std::abs(figure.before), std::abs(figure.after));
    return largest > 0 ? std::abs(figure.after - figure.before) / largest : 0;
}

std::string with_sign(const std::string& path, double value) {
    return (value < 0 ? "-" : "+") + figure_text(path, std::abs(value));
}

// "+10.6 ms [8.2 ms, 13 ms]", or no difference shown where that covers zero.
std::string claim_of(const FigureChange& figure) {
    if (!figure.difference || !figure.difference->interval) return "";
    const Interval& interval = *figure.difference->interval;
    return fmt::format("  {} [{}, {}]{}", with_sign(figure.path, figure.difference->value),
                       with_sign(figure.path, interval.low), with_sign(figure.path, interval.high),
                       leaves_out(*figure.difference, 0) ? "" : " no difference shown");
}

std::string figures_text(const std::vector<FigureChange>& figures) {
    std::vector<std::string> paths;
    for (const FigureChange& each : figures) paths.push_back(each.path);
    const std::size_t width = column_for(paths);
    std::string text;
    for (const FigureChange& each : figures) {
        text += fmt::format("  {}  {:>10} -> {:<10}{}", fitted(printable(each.path), width),
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
    return fmt::format("  no confidence interval: {}\n", printable(difference.why_no_interval));
}

// What users saw, then of the nodes what changed most.
std::string all_figures_text(const RunDifference& difference, bool everything) {
    std::vector<FigureChange> users;
    std::vector<FigureChange> nodes;
    for (const FigureChange& each : difference.figures) {
        (is_of_node(each) ? nodes : users).push_back(each);
    }
    std::string text = figures_text(users) + basis_text(difference);
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

Json figures_json(const std::vector<FigureChange>& figures) {
    Json list = Json::array();
    for (const FigureChange& each : figures) {
        Json one = {{"path", each.path}, {"before", each.before}, {"after", each.after}};
        if (each.difference && each.difference->interval) {
            one["difference"] = each.difference->value;
            one["ci95"] = {each.difference->interval->low, each.difference->interval->high};
        }
        list.push_back(std::move(one));
    }
    return list;
}

Json basis_json(Basis basis) {
    if (basis == Basis::none) return nullptr;
    return basis == Basis::paired ? "paired" : "welch";
}

}  // namespace

std::string difference_text(const RunDifference& difference, bool everything, bool colour) {
    if (difference.is_empty()) return "No difference.\n";
    std::string text;
    const auto add = [&](const char* title, bool is_empty, const std::string& lines) {
        if (is_empty) return;
        text += fmt::format("{}{}\n{}", text.empty() ? "" : "\n", title, lines);
    };
    add("scenario", difference.scenario.empty(), signed_text(difference.scenario, colour));
    add("runs", difference.identity.empty(), changes_text(difference.identity, "none"));
    add("expectations", difference.expectations.empty(),
        changes_text(difference.expectations, "not expected"));
    add("parts", difference.others.empty(), changes_text(difference.others, "not there"));
    add("figures", difference.figures.empty(), all_figures_text(difference, everything));
    return text;
}

std::string difference_json(const RunDifference& difference, const Folders& folders) {
    const Json json = {{"schema", "spate.diff/1"},
                       {"before", folders.before},
                       {"after", folders.after},
                       {"equal", difference.is_empty()},
                       {"scenario", changes_json(difference.scenario, "path")},
                       {"runs", changes_json(difference.identity, "what")},
                       {"expect", changes_json(difference.expectations, "what")},
                       {"parts", changes_json(difference.others, "what")},
                       {"interval", basis_json(difference.basis)},
                       {"figures", figures_json(difference.figures)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reports
