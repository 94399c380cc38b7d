#include "reports/cheapest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/words/numbers.h"

namespace reports {

namespace {

constexpr std::array kTargets = {0.99, 0.999, 0.9999, 0.99999};

}  // namespace

std::vector<CheapestFor> cheapest_for(const Comparison& comparison) {
    const std::size_t availability = index_of(comparison.figures, "availability");
    const std::size_t cost = index_of(comparison.figures, "cost_per_month");
    const auto& about = comparison.metrics;
    if (std::ranges::find(about, availability) == about.end()) return {};
    const bool costs = std::ranges::any_of(
        comparison.variants, [&](const Variant& each) { return each.figures[cost].value > 0; });
    if (!costs) return {};
    std::vector<CheapestFor> all;
    for (const double target : kTargets) {
        CheapestFor best{target, std::nullopt};
        for (std::size_t i = 0; i < comparison.variants.size(); ++i) {
            const std::vector<Estimate>& figures = comparison.variants[i].figures;
            const double price = figures[cost].value;
            if (!(figures[availability].value >= target)) continue;
            if (best.variant && !(price < best.usd_per_month)) continue;
            best.variant = i;
            best.usd_per_month = price;
        }
        all.push_back(best);
    }
    return all;
}

std::string cheapest_sentence(const Comparison& comparison) {
    std::string text;
    for (const CheapestFor& each : cheapest_for(comparison)) {
        text += fmt::format("{} {:.5g} % ", text.empty() ? "Cheapest by availability target:" : ",",
                            100 * each.availability);
        text += each.variant
                    ? fmt::format("{} (${} a month)", comparison.variants[*each.variant].name,
                                  grouped(each.usd_per_month))
                    : "none";
    }
    return text.empty() ? text : text + ".";
}

}  // namespace reports
