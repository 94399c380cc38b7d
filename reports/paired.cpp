#include "reports/paired.h"
#include "reports/undefined.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/math.h"

namespace reports {

namespace {}  // namespace

Estimate mean_of(std::span<const double> values) {
    const bool is_defined = std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
    if (values.empty() || !is_defined) return {kUndefined, std::nullopt};
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
    return mean_of(differences);
}

Estimate ratio_of(const Pairs& pairs) {
    assert(pairs.values.size() == pairs.base.size());
    std::vector<double> logarithms;
    for (std::size_t i = 0; i < pairs.values.size(); ++i) {
        const bool is_defined = pairs.values[i] > 0 && pairs.base[i] > 0;
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
