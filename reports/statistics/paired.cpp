#include "reports/statistics/paired.h"
#include "reports/statistics/undefined.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/math.h"

namespace reports {

namespace {

// Of values some of which are infinite. When all of them are alike nothing is left open.
Estimate mean_of_infinite(std::span<const double> values) {
    double sum = 0;  // NaN when there are both kinds
    for (const double value : values) {
        if (std::isinf(value)) sum += value;
    }
    if (std::isnan(sum)) return {kUndefined, std::nullopt};
    const bool is_all = std::ranges::all_of(values, [](double v) { return std::isinf(v); });
    if (is_all && values.size() > 1) return {sum, Interval{sum, sum}};
    return {sum, std::nullopt};
}

}  // namespace

Estimate mean_of(std::span<const double> values) {
    const bool is_undefined = std::ranges::any_of(values, [](double v) { return std::isnan(v); });
    if (values.empty() || is_undefined) return {kUndefined, std::nullopt};
    if (std::ranges::any_of(values, [](double v) { return std::isinf(v); })) {
        return mean_of_infinite(values);
    }
    double sum = 0;
    for (const double value : values) sum += value;
    return {sum / static_cast<double>(values.size()), interval95(values)};
}

Estimate difference_of(const Pairs& pairs) {
    assert(pairs.values.size() == pairs.base.size());
    std::vector<double> differences;
    for (std::size_t i = 0; i < pairs.values.size(); ++i) {
        differences.push_back(pairs.values[i] - pairs.base[i]);
    }
    Estimate estimate = mean_of(differences);
    // Where it is infinite in some pairs only, nothing can be said.
    const bool is_open = std::isinf(estimate.value) && !estimate.interval;
    if (is_open && differences.size() > 1) estimate.value = kUndefined;
    return estimate;
}

Estimate ratio_of(const Pairs& pairs) {
    assert(pairs.values.size() == pairs.base.size());
    std::vector<double> logarithms;
    for (std::size_t i = 0; i < pairs.values.size(); ++i) {
        const bool is_finite = std::isfinite(pairs.values[i]) && std::isfinite(pairs.base[i]);
        const bool is_defined = is_finite && pairs.values[i] > 0 && pairs.base[i] > 0;
        logarithms.push_back(is_defined ? sim::log(pairs.values[i] / pairs.base[i]) : kUndefined);
    }
    Estimate estimate = mean_of(logarithms);
    estimate.value = sim::exp(estimate.value);
    if (estimate.interval) {
        estimate.interval = {sim::exp(estimate.interval->low), sim::exp(estimate.interval->high)};
    }
    return estimate;
}

bool leaves_out(const Estimate& estimate, double value) {
    return estimate.interval && (estimate.interval->low > value || estimate.interval->high < value);
}

}  // namespace reports
