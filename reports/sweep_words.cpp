#include "reports/sweep_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/cheapest.h"
#include "reports/comparison_words.h"
#include "reports/pareto.h"
#include "reports/winner.h"
#include "reports/words/numbers.h"

namespace reports {

namespace {

constexpr double kLittle = 0.1;     // of the best: more brings no more than this
constexpr std::size_t kFewest = 4;  // values, for a knee to be seen

std::string at(const Comparison& comparison, std::size_t variant, std::size_t figure) {
    return fmt::format("{} ({})", comparison.variants[variant].name,
                       value_of(comparison, variant, figure));
}

std::string best_and_worst(const Comparison& comparison, const Ranking& ranking) {
    const ComparedFigure& figure = comparison.figures[ranking.figure];
    const bool is_high = is_better_high(figure.name);
    const std::size_t best = ranking.order.front();
    std::size_t worst = ranking.order.back();
    for (const std::size_t each : ranking.order) {
        const double value = comparison.variants[each].figures[ranking.figure].value;
        const double most = comparison.variants[worst].figures[ranking.figure].value;
        if (is_high ? value < most : value > most) worst = each;
    }
    return fmt::format("{} is {} at {}, {} at {}.", title_of(figure),
                       is_high ? "highest" : "lowest", at(comparison, best, ranking.figure),
                       is_high ? "lowest" : "highest", at(comparison, worst, ranking.figure));
}

// From which value on all are within a tenth of the last: what more is bought for nothing much.
std::string knee(const Comparison& comparison, const Ranking& ranking) {
    const auto value = [&](std::size_t i) {
        return comparison.variants[i].figures[ranking.figure].value;
    };
    const std::size_t last = comparison.variants.size() - 1;
    if (comparison.variants.size() < kFewest || !std::isfinite(value(last))) return "";
    std::size_t first = last;
    while (first > 0 &&
           std::abs(value(first - 1) - value(last)) <= kLittle * std::abs(value(last))) {
        --first;
    }
    if (first == 0) {
        return fmt::format("It hardly depends on it: all values are within {:.0f} % of {}.",
                           100 * kLittle, value_of(comparison, last, ranking.figure));
    }
    if (last - first < 2) return "";
    return fmt::format("From {} on it changes little: within {:.0f} % of {}.",
                       comparison.variants[first].name, 100 * kLittle,
                       value_of(comparison, last, ranking.figure));
}

std::string crossed(const Comparison& comparison) {
    std::vector<std::string> names;
    for (const Variant& variant : comparison.variants) {
        if (!broken_of(variant).empty()) names.push_back(variant.name);
    }
    if (names.empty()) return "";
    if (names.size() == comparison.variants.size()) return "Every value crosses an expectation.";
    constexpr std::size_t kShown = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
        text += (i == 0 ? "" : ", ") + names[i];
    }
    if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
    return fmt::format("{} of {} values cross an expectation: {}.", names.size(),
                       comparison.variants.size(), text);
}

// The cheapest value that holds what is expected.
std::string cheapest(const Comparison& comparison) {
    const std::size_t cost = index_of(comparison.figures, "cost_per_month");
    const auto is_asked = std::ranges::any_of(comparison.variants, [](const Variant& variant) {
        return !variant.samples.front().verdicts.empty();
    });
    if (!is_asked || cost >= comparison.figures.size()) return "";
    const Variant* best = nullptr;
    double highest = 0;
    for (const Variant& variant : comparison.variants) {
        const double price = variant.figures[cost].value;
        highest = std::max(highest, price);
        if (!broken_of(variant).empty()) continue;
        if (best == nullptr || price < best->figures[cost].value) best = &variant;
    }
    if (best == nullptr || !(highest - best->figures[cost].value >= 0.5)) return "";
    return fmt::format("{} is the cheapest that holds what is expected: ${} a month.", best->name,
                       grouped(best->figures[cost].value));
}

}  // namespace

std::vector<std::string> sweep_sentences(const Comparison& comparison, bool is_line) {
    const Ranking ranking = ranking_of(comparison);
    std::vector<std::string> sentences;
    if (ranking.order.size() > 1) sentences.push_back(best_and_worst(comparison, ranking));
    const bool is_whole = ranking.order.size() == comparison.variants.size();
    if (is_line && is_whole) sentences.push_back(knee(comparison, ranking));
    sentences.push_back(crossed(comparison));
    sentences.push_back(cheapest(comparison));
    sentences.push_back(cheapest_sentence(comparison));
    sentences.push_back(pareto_sentence(comparison));
    std::erase(sentences, "");
    return sentences;
}

}  // namespace reports
