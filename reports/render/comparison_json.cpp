#include "reports/render/comparison_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/cheapest.h"
#include "reports/comparison_overview.h"
#include "reports/comparison_words.h"
#include "reports/goal.h"
#include "reports/pareto.h"
#include "reports/render/csv.h"
#include "reports/sweep_words.h"
#include "reports/winner.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

std::string_view unit_of(Dimension dimension) {
    constexpr std::array<std::string_view, 7> kUnits = {"1", "s", "1", "1/s", "USD", "B", "1"};
    return kUnits[static_cast<std::size_t>(dimension)];
}

Json estimate(const Estimate& estimate) {
    Json json = {{"value", number_or_null(estimate.value)}};
    json["ci95"] = estimate.interval ? Json{number_or_null(estimate.interval->low),
                                            number_or_null(estimate.interval->high)}
                                     : Json(nullptr);
    return json;
}

Json figures(const Variant& variant, const Comparison& comparison, bool is_alone) {
    Json all = Json::object();
    for (std::size_t i = 0; i < comparison.figures.size(); ++i) {
        const ComparedFigure& figure = comparison.figures[i];
        if (!figure.is_shown) continue;
        Json json = estimate(variant.figures[i]);
        json["unit"] = unit_of(figure.dimension);
        // Of a percentile that falls among failures the value is null, and this says so.
        if (const Failed& failed = variant.failed[i]; failed.times > 0) {
            json["failed"] = {{"replications", failed.times},
                              {"waited_s", number_or_null(failed.waited_s)}};
        }
        if (!is_alone) {
            const Against& against = variant.against[i];
            json["difference"] = estimate(against.difference);
            json["ratio"] = estimate(against.ratio);
            json["finding"] = text_of(finding_of(against, figure.dimension));
        }
        Json values = Json::array();
        for (const Sample& sample : variant.samples)
            values.push_back(number_or_null(sample.figures[i]));
        json["replications"] = std::move(values);
        all[figure.name] = std::move(json);
    }
    return all;
}

Json expected(const Variant& variant) {
    Json list = Json::array();
    for (std::size_t i = 0; i < variant.samples.front().verdicts.size(); ++i) {
        std::size_t held = 0;
        for (const Sample& sample : variant.samples) held += sample.verdicts[i].held ? 1 : 0;
        list.push_back({{"expr", variant.samples.front().verdicts[i].expr},
                        {"held", held},
                        {"of", variant.samples.size()}});
    }
    return list;
}

// Alone, a variant is not compared with a baseline.
Json variant_json(const ComparisonInfo::Variant& info, const Variant& variant,
                  const Comparison& comparison, bool is_alone) {
    Json settings = Json::object();
    for (const auto& [path, value] : info.settings) settings[path] = value;
    Json json = {{"name", variant.name},
                 {"file", info.file},
                 {"sha256", info.sha256},
                 {"settings", std::move(settings)},
                 {"offered", variant.offered},
                 {"fingerprint", variant.fingerprint},
                 {"arrivals_fingerprint", variant.arrivals_fingerprint},
                 {"same_arrivals", variant.same_arrivals},
                 {"balanced", variant.samples.front().balanced}};
    json["figures"] = figures(variant, comparison, is_alone || &variant == &comparison.base());
    json["expect"] = expected(variant);
    const auto& warm_up = variant.samples.front().warm_up;
    json["mser5"] =
        warm_up ? Json{{"cut_s", warm_up->cut_s}, {"settled", warm_up->settled}} : Json(nullptr);
    return json;
}

void add_numbers(std::string& text, const Estimate& estimate) {
    const auto add = [&](double value) {
        // inf: a percentile that falls among requests that failed
        text += std::isnan(value) ? "," : fmt::format(",{:.9g}", value);
    };
    add(estimate.value);
    add(estimate.interval ? estimate.interval->low : std::nan(""));
    add(estimate.interval ? estimate.interval->high : std::nan(""));
}

}  // namespace

namespace {

Json head_json(const ComparisonInfo& info, const Comparison& comparison, std::string_view schema) {
    const Sample& first = comparison.base().samples.front();
    Json metrics = Json::array();
    for (const std::size_t metric : comparison.metrics) {
        metrics.push_back(comparison.figures[metric].name);
    }
    return {{"schema", schema},
            {"tool", {{"name", "spate"}, {"version", info.version}}},
            {"scenario", info.name},
            {"seed", info.seed},
            {"replications", comparison.replications},
            {"simulated_s", first.simulated_s},
            {"warm_up_s", first.warm_up_s},
            {"wall_s", info.wall_s},
            {"metrics", std::move(metrics)},
            {"left_out", info.left_out}};
}

Json pareto_json(const Comparison& comparison) {
    const ParetoSet set = pareto_of(comparison);
    Json json = {{"figures", Json::array()}, {"variants", Json::array()}};
    for (const std::size_t each : set.figures) {
        json["figures"].push_back(comparison.figures[each].name);
    }
    for (const std::size_t each : set.variants) {
        json["variants"].push_back(comparison.variants[each].name);
    }
    return json;
}

Json cheapest_json(const Comparison& comparison) {
    Json all = Json::array();
    for (const CheapestFor& each : cheapest_for(comparison)) {
        Json one = {{"availability", each.availability}};
        one["variant"] =
            each.variant ? Json(comparison.variants[*each.variant].name) : Json(nullptr);
        if (each.variant) one["cost_per_month"] = each.usd_per_month;
        all.push_back(std::move(one));
    }
    return all;
}

Json ranking_json(const Comparison& comparison) {
    const Ranking ranking = ranking_of(comparison);
    const auto names = [&](const std::vector<std::size_t>& variants) {
        Json list = Json::array();
        for (const std::size_t each : variants) list.push_back(comparison.variants[each].name);
        return list;
    };
    const std::string why = why_sentence(comparison);
    Json json = {{"figure", comparison.figures[ranking.figure].name},
                 {"order", names(ranking.order)},
                 {"cannot_be_told_apart", names(ranking.first)},
                 {"sentences", winner_sentences(comparison)}};
    json["winner"] = ranking.has_winner() ? Json(comparison.variants[ranking.order.front()].name)
                                          : Json(nullptr);
    json["why"] = why.empty() ? Json(nullptr) : Json(why);
    return json;
}

Json goal_json(const GoalResult& goal, const Comparison& comparison) {
    Json steps = Json::array();
    for (const GoalStep& step : goal.steps) {
        const Variant& variant = comparison.variants[step.variant];
        steps.push_back({{"variant", variant.name},
                         {"decision", text_of(step.decision)},
                         {"replications", variant.samples.size()}});
    }
    Json answers = Json::array();
    for (const GoalAnswer& answer : goal.answers) {
        answers.push_back({{"group", answer.group},
                           {"found", answer.found ? Json(comparison.variants[*answer.found].name)
                                                  : Json(nullptr)},
                           {"sentence", answer.sentence}});
    }
    return {{"expr", goal.goal.text},
            {"confidence", 0.95},
            {"decisions", goal.decisions},
            {"steps", std::move(steps)},
            {"answers", std::move(answers)}};
}

std::string written(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string comparison_json(const ComparisonInfo& info, const Comparison& comparison) {
    Json json = head_json(info, comparison, "spate.compare/1");
    json["baseline"] = comparison.base().name;
    json["same_arrivals"] = comparison.all_same_arrivals();
    json["variants"] = Json::array();
    for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
        json["variants"].push_back(
            variant_json(info.variants[i], comparison.variants[i], comparison, false));
    }
    json["ranking"] = ranking_json(comparison);
    json["sentences"] = sentences_of(comparison);
    if (needs_overview(comparison)) json["overview"] = overview_of(comparison);
    json["reasons"] = reasons_of(comparison);
    json["pareto"] = pareto_json(comparison);
    json["cheapest"] = cheapest_json(comparison);
    json["arrivals"] = arrivals_sentence(comparison);
    std::vector<std::string> notes = info.notes;
    for (std::string& note : notes_of(comparison)) notes.push_back(std::move(note));
    json["notes"] = std::move(notes);
    return written(json);
}

std::string sweep_json(const ComparisonInfo& info, const Comparison& comparison,
                       const GoalResult* goal) {
    Json json = head_json(info, comparison, "spate.sweep/1");
    json["variants"] = Json::array();
    for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
        Json variant = variant_json(info.variants[i], comparison.variants[i], comparison, true);
        variant["replications"] = comparison.variants[i].samples.size();
        json["variants"].push_back(std::move(variant));
    }
    json["sentences"] =
        goal == nullptr ? sweep_sentences(comparison, is_line(info)) : std::vector<std::string>();
    json["pareto"] = pareto_json(comparison);
    json["cheapest"] = cheapest_json(comparison);
    json["goal"] = goal != nullptr ? goal_json(*goal, comparison) : Json(nullptr);
    std::vector<std::string> notes = info.notes;
    for (std::string& note : sweep_notes_of(comparison)) notes.push_back(std::move(note));
    json["notes"] = std::move(notes);
    return written(json);
}

namespace {

// From 1; empty where the figure that is ranked by says nothing.
std::string rank_text(const Comparison& comparison, const Ranking& ranking,
                      const Variant& variant) {
    const auto index = static_cast<std::size_t>(&variant - comparison.variants.data());
    const auto found = std::ranges::find(ranking.order, index);
    if (found == ranking.order.end()) return "";
    return fmt::format("{}", found - ranking.order.begin() + 1);
}

}  // namespace

std::string comparison_csv(const Comparison& comparison) {
    std::string text =
        "variant,figure,unit,value,low,high,difference,difference_low,difference_high,ratio,"
        "ratio_low,ratio_high,rank\r\n";
    const Ranking ranking = ranking_of(comparison);
    for (const Variant& variant : comparison.variants) {
        const std::string rank = rank_text(comparison, ranking, variant);
        for (std::size_t i = 0; i < comparison.figures.size(); ++i) {
            const ComparedFigure& figure = comparison.figures[i];
            if (!figure.is_shown) continue;
            text += fmt::format("{},{},{}", csv_field(variant.name), csv_field(figure.name),
                                unit_of(figure.dimension));
            add_numbers(text, variant.figures[i]);
            add_numbers(text, variant.against[i].difference);
            add_numbers(text, variant.against[i].ratio);
            text += "," + rank + "\r\n";
        }
    }
    return text;
}

}  // namespace reports
