#include "reports/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/statistics/undefined.h"
#include "reports/summary.h"

namespace reports {

namespace {

// The node whose machines say how even the load is; null when none has two.
const sim::NodeRecord* balanced_node(const sim::Recording& recording, std::string_view preferred) {
    const auto rank = [&](const sim::NodeRecord& node) {
        const std::size_t bonus = node.name == preferred ? 2 : node.is_balancer ? 1 : 0;
        return std::pair(bonus, node.machines.size());
    };
    const sim::NodeRecord* best = nullptr;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (node.machines.size() < 2) continue;
        if (best == nullptr || rank(node) > rank(*best)) best = &node;
    }
    return best;
}

struct Imbalance {
    double max_to_mean = kUndefined;
    double variation = kUndefined;
};

Imbalance imbalance_of(const sim::NodeRecord& node) {
    const auto n = static_cast<double>(node.machines.size());
    double sum = 0;
    double highest = 0;
    for (const sim::InstanceRecord& machine : node.machines) {
        const auto requests = static_cast<double>(machine.requests);
        sum += requests;
        highest = std::max(highest, requests);
    }
    if (!(sum > 0)) return {};
    const double mean = sum / n;
    double squares = 0;
    for (const sim::InstanceRecord& machine : node.machines) {
        const double off = static_cast<double>(machine.requests) - mean;
        squares += off * off;
    }
    return {highest / mean, std::sqrt(squares / n) / mean};
}

double percentile_of(const Summary& summary, double percent) {
    if (!is_enough(summary.latency.count(), percent)) return kUndefined;
    return seconds_of(summary.latency.percentile(percent));
}

double figure_of(const ComparedFigure& figure, const Summary& summary, const Imbalance& imbalance) {
    const bool has_ended = summary.totals.finished() > 0;
    if (figure.expression) {
        return figure.expression
            ->value([&](const std::string&) -> const Summary& { return summary; })
            .number;
    }
    if (figure.percent > 0) return percentile_of(summary, figure.percent);
    if (figure.name == "mean") {
        const sim::Histogram& succeeded = summary.latency.succeeded;
        return succeeded.empty() ? kUndefined : succeeded.mean_seconds();
    }
    if (figure.name == "availability") return has_ended ? summary.availability : kUndefined;
    if (figure.name == "throughput") return summary.throughput_rps;
    if (figure.name == "imbalance_max") return imbalance.max_to_mean;
    if (figure.name == "imbalance_cv") return imbalance.variation;
    return figure.name == "cost" ? summary.cost_usd : summary.cost_usd_per_month;
}

std::vector<TimeWindow> windows_of(const Sampling& sampling) {
    std::vector<TimeWindow> windows = reports::windows_of(sampling.expected);
    for (const ComparedFigure& figure : sampling.figures) {
        if (!figure.expression) continue;
        for (const TimeWindow& each : figure.expression->windows()) windows.push_back(each);
    }
    return windows;
}

// How long the request waited on which a percentile falls that failed.
double waited_in(const ComparedFigure& figure, const Summary& summary) {
    if (figure.expression) {
        return figure.expression
            ->value([&](const std::string&) -> const Summary& { return summary; })
            .waited_s;
    }
    if (!(figure.percent > 0)) return kUndefined;
    const sim::RankedLatency found = summary.latency.percentile(figure.percent);
    return found.failed ? sim::seconds(found.time) : kUndefined;
}

std::vector<double> values_of(const Variant& variant, std::size_t figure, std::size_t count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(variant.samples[i].figures[figure]);
    return values;
}

std::string combined(const std::vector<Sample>& samples, sim::Fingerprint Sample::*which) {
    sim::Fingerprint all = samples.front().*which;
    for (std::size_t i = 1; i < samples.size(); ++i) all.combine(samples[i].*which);
    return all.hex();
}

Failed failed_in(const Variant& variant, std::size_t figure) {
    Failed failed;
    for (const Sample& sample : variant.samples) {
        if (!std::isinf(sample.figures[figure])) continue;
        ++failed.times;
        failed.waited_s += sample.waited_s[figure];
    }
    if (failed.times > 0) failed.waited_s /= static_cast<double>(failed.times);
    return failed;
}

std::vector<Wait> waits_of(const Diagnosis& diagnosis) {
    std::vector<Wait> waits;
    for (const ResourceUse& use : diagnosis.resources) {
        if (use.waiting_s > 0) waits.push_back({use.node, use.name, use.waiting_s});
    }
    return waits;
}

std::string culprit_of(const Diagnosis& diagnosis) {
    if (diagnosis.findings.empty()) return "";
    const RootCause& first = diagnosis.findings.front();
    const std::string what = first.resource ? first.resource->name : first.event;
    return first.node + " " + what;
}

void estimate(Variant& variant, const Variant& base) {
    const std::size_t pairs = std::min(variant.samples.size(), base.samples.size());
    for (std::size_t figure = 0; figure < base.samples.front().figures.size(); ++figure) {
        variant.figures.push_back(mean_of(values_of(variant, figure, variant.samples.size())));
        variant.failed.push_back(failed_in(variant, figure));
        variant.against.push_back(against_of(variant, base, figure));
    }
    for (const Sample& sample : variant.samples) variant.offered += sample.offered;
    variant.fingerprint = combined(variant.samples, &Sample::fingerprint);
    variant.arrivals_fingerprint = combined(variant.samples, &Sample::arrivals);
    const auto same = [&](sim::Fingerprint Sample::*which) {
        for (std::size_t i = 0; i < pairs; ++i) {
            if (variant.samples[i].*which != base.samples[i].*which) return false;
        }
        return true;
    };
    variant.same_arrivals = same(&Sample::arrivals);
    variant.same_run = same(&Sample::fingerprint);
}

}  // namespace

ComparedFigures usual_figures() {
    return {{"mean", Dimension::time},           {"p50", Dimension::time, 50},
            {"p95", Dimension::time, 95},        {"p99", Dimension::time, 99},
            {"p99_9", Dimension::time, 99.9},    {"availability", Dimension::share},
            {"throughput", Dimension::rate},     {"imbalance_max", Dimension::plain},
            {"imbalance_cv", Dimension::plain},  {"cost", Dimension::money},
            {"cost_per_month", Dimension::money}};
}

std::size_t index_of(const ComparedFigures& figures, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(figures, name, &ComparedFigure::name) -
                                    figures.begin());
}

Sample sample_of(const sim::Recording& recording, const Sampling& sampling) {
    const Summary summary = summarise({&recording, 1}, windows_of(sampling));
    const sim::NodeRecord* const node = balanced_node(recording, sampling.balanced);
    const Imbalance imbalance = node != nullptr ? imbalance_of(*node) : Imbalance{};
    Sample sample;
    for (const ComparedFigure& figure : sampling.figures) {
        sample.figures.push_back(figure_of(figure, summary, imbalance));
        sample.waited_s.push_back(waited_in(figure, summary));
    }
    sample.verdicts = judge(sampling.expected, summary);
    sample.offered = summary.totals.offered;
    sample.ended = summary.totals.finished();
    sample.fingerprint = recording.fingerprint;
    sample.arrivals = recording.arrivals;
    if (node != nullptr) sample.balanced = node->name;
    sample.limited_by = summary.diagnosis.verdict();
    sample.culprit = culprit_of(summary.diagnosis);
    sample.waits = waits_of(summary.diagnosis);
    sample.warm_up = warm_up_of(recording);
    sample.simulated_s = summary.simulated_s;
    sample.warm_up_s = summary.warm_up_s;
    sample.out_of_room = recording.out_of_room;
    return sample;
}

Against against_of(const Variant& variant, const Variant& other, std::size_t figure) {
    const std::size_t pairs = std::min(variant.samples.size(), other.samples.size());
    const std::vector<double> values = values_of(variant, figure, pairs);
    const std::vector<double> others = values_of(other, figure, pairs);
    return {difference_of({values, others}), ratio_of({values, others})};
}

Comparison compare(Played played) {
    Comparison comparison;
    comparison.figures = std::move(played.figures);
    comparison.metrics = std::move(played.metrics);
    comparison.baseline = played.baseline;
    comparison.replications = played.samples.front().size();
    for (std::size_t i = 0; i < played.names.size(); ++i) {
        Variant& variant = comparison.variants.emplace_back();
        variant.name = played.names[i];
        variant.samples = std::move(played.samples[i]);
    }
    for (Variant& variant : comparison.variants) estimate(variant, comparison.base());
    return comparison;
}

bool Comparison::all_same_arrivals() const {
    return std::ranges::all_of(variants, &Variant::same_arrivals);
}

std::uint64_t Comparison::fewest_ended() const {
    std::uint64_t fewest = ~std::uint64_t{0};
    for (const Variant& variant : variants) {
        for (const Sample& sample : variant.samples) fewest = std::min(fewest, sample.ended);
    }
    return fewest;
}

std::vector<Broken> broken_of(const Variant& variant) {
    std::vector<Broken> broken;
    for (std::size_t i = 0; i < variant.samples.front().verdicts.size(); ++i) {
        const auto times = std::ranges::count_if(
            variant.samples, [&](const Sample& sample) { return !sample.verdicts[i].held; });
        if (times == 0) continue;
        broken.push_back(
            {variant.samples.front().verdicts[i].expr, static_cast<std::size_t>(times)});
    }
    return broken;
}

}  // namespace reports
