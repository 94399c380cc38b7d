#include "tools/run_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "models/spec/json/json_text.h"
#include "reports/statistics/welch.h"
#include "reports/words/numbers.h"
#include "tools/run_record.h"

namespace tools {

namespace {

using models::spec::Difference;
using models::spec::Json;

// What a run measured, of all that run.json holds.
constexpr std::string_view kMeasured[] = {"totals",     "latency_ms", "causes",  "nodes",
                                          "objectives", "alerts",     "records", "receivers"};

Json measured(const Json& run) {
    Json part = Json::Object{};
    for (const std::string_view name : kMeasured) {
        if (const Json* found = run.find(name)) part.put(name, *found);
    }
    return part;
}

// The columns of replications.csv by their title.
using CsvColumns = std::map<std::string, std::vector<double>>;

CsvColumns columns_of(const std::string& csv) {
    CsvColumns columns;
    std::vector<std::string> titles;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        if (line.ends_with('\r')) line.pop_back();
        std::istringstream fields(line);
        std::size_t at = 0;
        for (std::string field; std::getline(fields, field, ','); ++at) {
            if (titles.size() <= at && columns.empty()) {
                titles.push_back(field);
            } else if (at < titles.size()) {
                char* end = nullptr;
                const double value = std::strtod(field.c_str(), &end);
                columns[titles[at]].push_back(*end == '\0' ? value : std::nan(""));
            }
        }
        if (columns.empty()) {
            for (const std::string& title : titles) columns[title];
        }
    }
    return columns;
}

// "latency_ms.p99" is the column "p99_ms".
std::string column_of(const std::string& path) {
    constexpr std::string_view kLatency = "latency_ms.";
    constexpr std::string_view kTotals = "totals.";
    if (path.starts_with(kLatency)) return path.substr(kLatency.size()) + "_ms";
    return path.starts_with(kTotals) ? path.substr(kTotals.size()) : std::string();
}

// The ways in which two runs can say how well their difference is known.
class Claims {
public:
    Claims(const FinishedRun& before, const FinishedRun& after)
        : before_(before.json),
          after_(after.json),
          before_columns_(columns_of(before.replications)),
          after_columns_(columns_of(after.replications)) {
        const auto same = [&](std::string_view name) {
            const Json* const first = before_.find(name);
            const Json* const second = after_.find(name);
            return first != nullptr && second != nullptr && *first == *second;
        };
        is_paired_ = same("seed") && same("replications") && same("arrivals_fingerprint") &&
                     !before_columns_.empty() && !after_columns_.empty();
    }

    reports::Basis basis() const {
        if (is_paired_) return reports::Basis::paired;
        return known(before_, "latency_ms.mean") && known(after_, "latency_ms.mean")
                   ? reports::Basis::welch
                   : reports::Basis::none;
    }

    std::string why_none() const {
        if (basis() != reports::Basis::none) return {};
        const bool is_second = known(before_, "latency_ms.mean").has_value();
        const std::string why = text_at(is_second ? after_ : before_, {"ci95", "why_none"});
        return fmt::format("the {} run has none{}", is_second ? "second" : "first",
                           why.empty() ? "" : ": " + why);
    }

    std::optional<reports::Estimate> of(const reports::FigureChange& figure) const {
        if (is_paired_) {
            const auto first = before_columns_.find(column_of(figure.path));
            const auto second = after_columns_.find(column_of(figure.path));
            if (first == before_columns_.end() || second == after_columns_.end() ||
                first->second.size() != second->second.size() || !is_whole(first->second)) {
                return std::nullopt;
            }
            return reports::difference_of({second->second, first->second});
        }
        const auto first = known(before_, figure.path);
        const auto second = known(after_, figure.path);
        if (!first || !second) return std::nullopt;
        return reports::welch(*first, *second);
    }

private:
    bool is_whole(const std::vector<double>& values) const {
        return values.size() >= 2 &&
               static_cast<double>(values.size()) == number_at(before_, {"replications"});
    }

    // Over replications an interval is around their mean; over batches it may lie unevenly around
    // the figure, which is the better known of the two.
    static std::optional<reports::Known> known(const Json& run, const std::string& path) {
        const std::size_t dot = path.find('.');
        if (dot == std::string::npos) return std::nullopt;
        const std::string group = path.substr(0, dot);
        const std::string name = path.substr(dot + 1);
        const bool is_over_batches = text_at(run, {"ci95", "by"}) == "batches";
        const Json* const ci = run.find("ci95");
        const Json* const in = ci == nullptr ? nullptr : ci->find(group);
        const Json* const pair = in == nullptr ? nullptr : in->find(name);
        if (pair == nullptr || pair->list() == nullptr || pair->list()->size() != 2) {
            return std::nullopt;
        }
        const reports::Interval interval{number_of(pair->list()->front()),
                                         number_of(pair->list()->back())};
        const std::string figure = name == "throughput_rps" ? "throughput" : name;
        const double count = is_over_batches ? number_at(run, {"ci95", "batches", figure})
                                             : number_at(run, {"replications"});
        const double value =
            is_over_batches ? number_at(run, {group, name}) : (interval.low + interval.high) / 2;
        if (!(count >= 2) || !std::isfinite(value) || !(interval.high >= interval.low)) {
            return std::nullopt;
        }
        return reports::known_by(value, interval, count - 1);
    }

    const Json& before_;
    const Json& after_;
    CsvColumns before_columns_;
    CsvColumns after_columns_;
    bool is_paired_ = false;
};

reports::Change change_of(const Difference& each) {
    reports::Change change{each.path, {}, {}};
    if (each.kind != Difference::Kind::added) change.before = each.before;
    if (each.kind != Difference::Kind::removed) change.after = each.after;
    return change;
}

// Empty is nothing.
std::optional<std::string> some(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<double> number_in(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') return std::nullopt;
    return value;
}

// A percentile that falls among failures is null; its sibling `failed_after` has the rest.
std::optional<std::string> failed_at(const Json& run, const std::string& path) {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos) return std::nullopt;
    const std::string name = path.substr(dot + 1);
    const Json* at = &run;
    std::istringstream names(path.substr(0, dot) + ".failed_after");
    for (std::string each; at != nullptr && std::getline(names, each, '.');) at = at->find(each);
    const double waited_ms = at == nullptr ? std::nan("") : number_at(*at, {name});
    if (!std::isfinite(waited_ms)) return std::nullopt;
    return fmt::format("failed (waited {})", reports::brief(waited_ms / 1e3));
}

void name_failed(reports::Change& change, const Json& before, const Json& after) {
    if (const auto failed = failed_at(before, change.what)) change.before = *failed;
    if (const auto failed = failed_at(after, change.what)) change.after = *failed;
}

void add_figures(reports::RunDifference& result, const FinishedRun& before,
                 const FinishedRun& after) {
    const Claims claims(before, after);
    result.basis = claims.basis();
    result.why_no_interval = claims.why_none();
    for (const Difference& each : differences(measured(before.json), measured(after.json))) {
        const auto first = number_in(each.before);
        const auto second = number_in(each.after);
        if (!first || !second) {
            reports::Change change = change_of(each);
            name_failed(change, before.json, after.json);
            result.others.push_back(std::move(change));
            continue;
        }
        reports::FigureChange figure{each.path, *first, *second};
        figure.difference = claims.of(figure);
        result.figures.push_back(std::move(figure));
    }
}

// What a run says of each of its expectations: "held" or "crossed".
std::map<std::string, std::string> verdicts_of(const Json& run) {
    std::map<std::string, std::string> verdicts;
    const Json* const expect = run.find("expect");
    if (expect == nullptr || expect->list() == nullptr) return verdicts;
    for (const Json& each : *expect->list()) {
        const Json* const held = each.find("held");
        const bool has_held = held != nullptr && held->boolean() != nullptr && *held->boolean();
        verdicts[text_at(each, {"expr"})] = has_held ? "held" : "CROSSED";
    }
    return verdicts;
}

void add_expectations(reports::RunDifference& result, const Json& before, const Json& after) {
    const auto first = verdicts_of(before);
    const auto second = verdicts_of(after);
    for (const auto& [expr, verdict] : first) {
        const auto other = second.find(expr);
        if (other == second.end()) {
            result.expectations.push_back({expr, verdict, {}});
        } else if (other->second != verdict) {
            result.expectations.push_back({expr, verdict, other->second});
        }
    }
    for (const auto& [expr, verdict] : second) {
        if (!first.contains(expr)) result.expectations.push_back({expr, {}, verdict});
    }
}

// Another version alone is no difference; beside one, it may be the reason.
void add_identity(reports::RunDifference& result, const Json& before, const Json& after) {
    const auto add = [&](const char* name, const std::string& first, const std::string& second) {
        if (first != second) result.identity.push_back({name, some(first), some(second)});
    };
    const auto whole = [](const Json& run, const char* name) {
        const Json* const value = run.find(name);
        return value == nullptr ? std::string() : models::spec::compact_text(*value);
    };
    for (const char* name : {"seed", "replications", "simulated_s", "warm_up_s"}) {
        add(name, whole(before, name), whole(after, name));
    }
    for (const char* name : {"arrivals_fingerprint", "fingerprint"}) {
        add(name, text_at(before, {name}), text_at(after, {name}));
    }
}

}  // namespace

std::vector<reports::Change> scenario_changes(const Json& before, const Json& after) {
    std::vector<reports::Change> changes;
    for (const Difference& each : models::spec::differences(before, after)) {
        changes.push_back(change_of(each));
    }
    return changes;
}

reports::RunDifference difference_of(const FinishedRun& before, const FinishedRun& after) {
    reports::RunDifference result;
    const Json* const first = before.json.find("scenario")->find("resolved");
    const Json* const second = after.json.find("scenario")->find("resolved");
    if (first != nullptr && second != nullptr) {
        result.scenario = scenario_changes(*first, *second);
    }
    add_identity(result, before.json, after.json);
    add_expectations(result, before.json, after.json);
    add_figures(result, before, after);
    if (!result.is_empty()) {
        const std::string was = text_at(before.json, {"tool", "version"});
        const std::string is = text_at(after.json, {"tool", "version"});
        if (was != is) result.identity.push_back({"version", was, is});
    }
    return result;
}

}  // namespace tools
