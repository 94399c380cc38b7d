#include "reports/measures.h"

#include <algorithm>
#include <cmath>

namespace reports {

namespace {

// Numbers of which nothing is declared are means.
sim::Merge rule_of(const sim::Measure& measure) {
    return measure.figure == nullptr ? sim::Merge::mean : measure.figure->merge;
}

double together(sim::Merge rule, double sum, double value) {
    if (rule == sim::Merge::peak) return std::max(sum, value);
    if (rule == sim::Merge::least) return std::min(sum, value);
    return sum + value;
}

bool is_divided(sim::Merge rule) {
    return rule == sim::Merge::mean || rule == sim::Merge::last;
}

void merge_spread(sim::Measure& sum, const sim::Measure& one) {
    if (!one.spread) return;
    auto both = std::make_shared<sim::Histogram>(*one.spread);
    if (sum.spread) both->merge(*sum.spread);
    sum.spread = std::move(both);
}

}  // namespace

void MergedMeasures::add(std::span<const sim::Measure> measures) {
    for (const sim::Measure& one : measures) {
        auto known =
            std::ranges::find(all_, one.name, [](const Merged& each) { return each.measure.name; });
        if (known == all_.end()) {
            known = all_.insert(known, {one, 0});
            known->measure.spread = nullptr;
        }
        merge_spread(known->measure, one);
        if (std::isnan(one.value)) continue;
        double& value = known->measure.value;
        value = known->count > 0 ? together(rule_of(one), value, one.value) : one.value;
        ++known->count;
    }
}

std::vector<sim::Measure> MergedMeasures::finish() {
    std::vector<sim::Measure> merged;
    for (Merged& each : all_) {
        if (is_divided(rule_of(each.measure)) && each.count > 0) each.measure.value /= each.count;
        if (each.measure.spread) each.measure.value = each.measure.spread->mean_seconds();
        merged.push_back(std::move(each.measure));
    }
    return merged;
}

}  // namespace reports
