#include "reports/render/comparison_json.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/comparison_words.h"
#include "reports/render/csv.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

std::string_view unit_of(Dimension dimension) {
    constexpr std::array<std::string_view, 7> kUnits = {"1", "s", "1", "1/s", "USD", "B", "1"};
    return kUnits[static_cast<std::size_t>(dimension)];
}

Json estimate(const Estimate& estimate) {
    Json json = {{"value", number(estimate.value)}};
    json["ci95"] = estimate.interval
                       ? Json{number(estimate.interval->low), number(estimate.interval->high)}
                       : Json(nullptr);
    return json;
}

Json figures(const Variant& variant, const Comparison& comparison, bool is_base) {
    Json all = Json::object();
    for (std::size_t i = 0; i < comparison.figures.size(); ++i) {
        const ComparedFigure& figure = comparison.figures[i];
        Json json = estimate(variant.figures[i]);
        json["unit"] = unit_of(figure.dimension);
        if (!is_base) {
            const Against& against = variant.against[i];
            json["difference"] = estimate(against.difference);
            json["ratio"] = estimate(against.ratio);
            json["finding"] = text_of(finding_of(against, figure.dimension));
        }
        Json values = Json::array();
        for (const Sample& sample : variant.samples) values.push_back(number(sample.figures[i]));
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

Json variant_json(const ComparisonInfo::Variant& info, const Variant& variant,
                  const Comparison& comparison) {
    const bool is_base = &variant == &comparison.base();
    Json settings = Json::object();
    for (const auto& [path, value] : info.settings) settings[path] = value;
    Json json = {{"name", variant.name},
                 {"file", info.file},
                 {"sha256", info.sha256},
                 {"settings", std::move(settings)},
                 {"baseline", is_base},
                 {"offered", variant.offered},
                 {"fingerprint", variant.fingerprint},
                 {"arrivals_fingerprint", variant.arrivals_fingerprint},
                 {"same_arrivals", variant.same_arrivals},
                 {"balanced", variant.samples.front().balanced}};
    json["figures"] = figures(variant, comparison, is_base);
    json["expect"] = expected(variant);
    const auto& warm_up = variant.samples.front().warm_up;
    json["mser5"] =
        warm_up ? Json{{"cut_s", warm_up->cut_s}, {"settled", warm_up->settled}} : Json(nullptr);
    return json;
}

void add_numbers(std::string& text, const Estimate& estimate) {
    const auto add = [&](double value) {
        text += std::isfinite(value) ? fmt::format(",{:.9g}", value) : ",";
    };
    add(estimate.value);
    add(estimate.interval ? estimate.interval->low : std::nan(""));
    add(estimate.interval ? estimate.interval->high : std::nan(""));
}

}  // namespace

std::string comparison_json(const ComparisonInfo& info, const Comparison& comparison) {
    const Sample& first = comparison.base().samples.front();
    Json json = {{"schema", "spate.compare/1"},
                 {"tool", {{"name", "spate"}, {"version", info.version}}},
                 {"scenario", info.name},
                 {"seed", info.seed},
                 {"replications", comparison.replications},
                 {"simulated_s", first.simulated_s},
                 {"warm_up_s", first.warm_up_s},
                 {"wall_s", info.wall_s},
                 {"baseline", comparison.base().name},
                 {"same_arrivals", comparison.all_same_arrivals()}};
    Json metrics = Json::array();
    for (const std::size_t metric : comparison.metrics) {
        metrics.push_back(comparison.figures[metric].name);
    }
    json["metrics"] = std::move(metrics);
    json["variants"] = Json::array();
    for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
        json["variants"].push_back(
            variant_json(info.variants[i], comparison.variants[i], comparison));
    }
    json["left_out"] = info.left_out;
    json["sentences"] = sentences_of(comparison);
    json["arrivals"] = arrivals_sentence(comparison);
    std::vector<std::string> notes = info.notes;
    for (std::string& note : notes_of(comparison)) notes.push_back(std::move(note));
    json["notes"] = std::move(notes);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string comparison_csv(const Comparison& comparison) {
    std::string text =
        "variant,figure,unit,value,low,high,difference,difference_low,difference_high,ratio,"
        "ratio_low,ratio_high\r\n";
    for (const Variant& variant : comparison.variants) {
        for (std::size_t i = 0; i < comparison.figures.size(); ++i) {
            const ComparedFigure& figure = comparison.figures[i];
            text += fmt::format("{},{},{}", csv_field(variant.name), csv_field(figure.name),
                                unit_of(figure.dimension));
            add_numbers(text, variant.figures[i]);
            add_numbers(text, variant.against[i].difference);
            add_numbers(text, variant.against[i].ratio);
            text += "\r\n";
        }
    }
    return text;
}

}  // namespace reports
