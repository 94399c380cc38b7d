#include "models/autoscalers/vpa/recommender.h"

#include <algorithm>

#include "sim/math.h"

namespace models::vpa {

namespace {

constexpr double kLeastWeight = 0.1;
constexpr double kOomBump = 1.2;
constexpr double kLeastOomBump = 100.0 * 1024 * 1024;

}  // namespace

Amount with_margin(Amount base, double share) {
    return base + static_cast<Amount>(static_cast<double>(base) * share);
}

Amount with_confidence(Amount base, const ConfidenceRule& rule, double confidence) {
    constexpr double kMost = 1e15;
    if (confidence <= 0) return rule.exponent > 0 ? static_cast<Amount>(kMost) : 0;
    const double factor = sim::pow(1 + rule.multiplier / confidence, rule.exponent);
    return static_cast<Amount>(std::min(static_cast<double>(base) * factor, kMost));
}

double Experience::confidence(sim::Duration interval) const {
    const double lifetime =
        static_cast<double>((last - first).count()) / static_cast<double>(interval.count());
    const double counted = static_cast<double>(samples) * 60 / sim::seconds(interval);
    return std::min(lifetime, counted);
}

double after_oom(double used, double last_peak) {
    const double needed = std::max(used, last_peak);
    return std::max(needed * kOomBump, needed + kLeastOomBump);
}

Recommender::Recommender(const Plan& plan)
    : plan_(plan), cpu_(cpu_buckets(), plan.half_life), memory_(memory_buckets(), plan.half_life) {}

void Recommender::add_cpu(double cores, double weight, sim::Time now) {
    cpu_.add(cores, std::max(weight, kLeastWeight), now);
    if (experience_.samples++ == 0) experience_.first = now;
    experience_.last = now;
}

// A day's peak is one sample, of the day's end; a higher one takes its place.
void Recommender::add_memory(double bytes, sim::Time now) {
    if (now >= interval_end_) {
        const auto behind = (now - interval_end_) / plan_.memory_interval;
        interval_end_ += (behind + 1) * plan_.memory_interval;
        peak_ = 0;
    }
    if (bytes <= peak_) return;
    if (peak_ > 0) memory_.subtract(peak_, 1, interval_end_);
    memory_.add(bytes, 1, interval_end_);
    peak_ = bytes;
}

void Recommender::add_oom(double bytes, sim::Time now) {
    add_memory(after_oom(bytes, peak_), now);
}

Bounds Recommender::estimate(const Histogram& histogram, double unit, Amount least) const {
    const double confidence = experience_.confidence();
    const auto at = [&](double percentile) {
        const auto base = static_cast<Amount>(histogram.percentile(percentile) * unit);
        return with_margin(base, plan_.safety_margin);
    };
    Bounds bounds;
    bounds.target = std::max(least, at(plan_.target_percentile));
    bounds.lower =
        std::max(least, with_confidence(at(plan_.lower_percentile), {0.001, -2}, confidence));
    bounds.upper = std::max(least, with_confidence(at(plan_.upper_percentile), {1, 1}, confidence));
    return bounds;
}

std::optional<Recommendation> Recommender::recommend() const {
    if (experience_.samples == 0) return std::nullopt;
    return Recommendation{estimate(cpu_, 1000, plan_.least_cpu),
                          estimate(memory_, 1, plan_.least_memory)};
}

}  // namespace models::vpa
