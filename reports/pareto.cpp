#include "reports/pareto.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/comparison_words.h"
#include "reports/winner.h"

namespace reports {

namespace {

// As a number of which less is better.
double badness(const Comparison& comparison, std::size_t variant, std::size_t figure) {
    const double value = comparison.variants[variant].figures[figure].value;
    return is_better_high(comparison.figures[figure].name) ? -value : value;
}

bool says_all(const Comparison& comparison, std::size_t variant,
              const std::vector<std::size_t>& figures) {
    return std::ranges::all_of(figures, [&](std::size_t figure) {
        return !std::isnan(comparison.variants[variant].figures[figure].value);
    });
}

bool beats(const Comparison& comparison, std::size_t one, std::size_t other,
           const std::vector<std::size_t>& figures) {
    bool is_better = false;
    for (const std::size_t figure : figures) {
        const double ours = badness(comparison, one, figure);
        const double theirs = badness(comparison, other, figure);
        if (ours > theirs) return false;
        is_better = is_better || ours < theirs;
    }
    return is_better;
}

std::vector<std::size_t> weighed(const Comparison& comparison) {
    std::vector<std::size_t> figures;
    const auto add = [&](std::size_t figure) {
        if (std::ranges::find(figures, figure) == figures.end()) figures.push_back(figure);
    };
    for (const std::size_t metric : comparison.metrics) add(metric);
    const auto is_cost = [&](std::size_t figure) {
        return comparison.figures[figure].dimension == Dimension::money;
    };
    const std::size_t cost = index_of(comparison.figures, "cost");
    const bool costs = std::ranges::any_of(comparison.variants, [&](const Variant& variant) {
        return cost < variant.figures.size() && variant.figures[cost].value > 0;
    });
    if (costs && std::ranges::none_of(figures, is_cost)) add(cost);
    if (figures.size() < 2) figures.clear();
    return figures;
}

}  // namespace

ParetoSet pareto_of(const Comparison& comparison) {
    ParetoSet set{weighed(comparison), {}};
    if (set.figures.empty()) return set;
    const std::size_t count = comparison.variants.size();
    for (std::size_t variant = 0; variant < count; ++variant) {
        if (!says_all(comparison, variant, set.figures)) continue;
        bool is_beaten = false;
        for (std::size_t other = 0; other < count; ++other) {
            is_beaten = is_beaten || (says_all(comparison, other, set.figures) &&
                                      beats(comparison, other, variant, set.figures));
        }
        if (!is_beaten) set.variants.push_back(variant);
    }
    return set;
}

std::string pareto_sentence(const Comparison& comparison) {
    const ParetoSet set = pareto_of(comparison);
    if (set.variants.empty()) return "";
    std::string figures;
    for (const std::size_t figure : set.figures) {
        figures += (figures.empty() ? "" : ", ") + title_of(comparison.figures[figure]);
    }
    std::string variants;
    for (const std::size_t variant : set.variants) {
        variants += (variants.empty() ? "" : ", ") + comparison.variants[variant].name;
    }
    return fmt::format(
        "Pareto set over {}: {}; no other is better than one of these in one figure without being "
        "worse in another.",
        figures, variants);
}

}  // namespace reports
