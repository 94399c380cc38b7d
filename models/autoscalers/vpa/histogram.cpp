#include "models/autoscalers/vpa/histogram.h"

#include <algorithm>
#include <cmath>

#include "sim/math.h"

namespace models::vpa {

namespace {

// So that 2^exponent does not overflow.
constexpr int kMostHalfLives = 100;

}  // namespace

Buckets Buckets::linear(double highest, double size, double epsilon) {
    return {size, 1, static_cast<std::size_t>(std::ceil(highest / size)) + 1, epsilon};
}

// The start of bucket n is first * (1 + r + ... + r^(n-1)) = first * (r^n - 1) / (r - 1).
Buckets Buckets::exponential(double highest, double first_size, double ratio, double epsilon) {
    const double last = sim::log(highest * (ratio - 1) / first_size + 1) / sim::log(ratio);
    return {first_size, ratio, static_cast<std::size_t>(std::ceil(last)) + 1, epsilon};
}

std::size_t Buckets::find(double value) const {
    if (value < first_size) return 0;
    const double bucket = ratio == 1
                              ? value / first_size
                              : sim::log(value * (ratio - 1) / first_size + 1) / sim::log(ratio);
    return std::min(static_cast<std::size_t>(bucket), count - 1);
}

double Buckets::start(std::size_t bucket) const {
    const auto n = static_cast<double>(bucket);
    if (ratio == 1) return n * first_size;
    return bucket == 0 ? 0 : first_size * (sim::pow(ratio, n) - 1) / (ratio - 1);
}

Buckets cpu_buckets() {
    return Buckets::exponential(1000, 0.01, 1.05, 1e-4);
}

Buckets memory_buckets() {
    return Buckets::exponential(1e12, 1e7, 1.05, 1e-4);
}

double Histogram::decayed(double weight, sim::Time time) {
    if (half_life_ == sim::Duration::zero()) return weight;
    if (time > reference_ + half_life_ * kMostHalfLives) shift_reference(time);
    const double half_lives =
        static_cast<double>((time - reference_).count()) / static_cast<double>(half_life_.count());
    return weight * sim::pow(2, half_lives);
}

void Histogram::shift_reference(sim::Time to) {
    const auto half_lives = (to - reference_) / half_life_;
    for (double& weight : weights_) weight = std::ldexp(weight, -static_cast<int>(half_lives));
    total_ = std::ldexp(total_, -static_cast<int>(half_lives));
    reference_ += half_lives * half_life_;
    find_ends();
}

void Histogram::add(double value, double weight, sim::Time time) {
    const double added = decayed(weight, time);
    const std::size_t bucket = buckets_.find(value);
    weights_[bucket] += added;
    total_ += added;
    if (weights_[bucket] < buckets_.epsilon) return;
    first_ = std::min(first_, bucket);
    last_ = std::max(last_, bucket);
}

void Histogram::subtract(double value, double weight, sim::Time time) {
    const double taken = decayed(weight, time);
    const std::size_t bucket = buckets_.find(value);
    weights_[bucket] = std::max(0.0, weights_[bucket] - taken);
    total_ = std::max(0.0, total_ - taken);
    find_ends();
}

void Histogram::find_ends() {
    const auto is_full = [&](double weight) { return weight >= buckets_.epsilon; };
    const auto first = std::ranges::find_if(weights_, is_full);
    const auto last = std::find_if(weights_.rbegin(), weights_.rend(), is_full);
    const bool none = first == weights_.end();
    first_ = none ? weights_.size() - 1 : static_cast<std::size_t>(first - weights_.begin());
    last_ = none ? 0 : weights_.size() - 1 - static_cast<std::size_t>(last - weights_.rbegin());
}

double Histogram::percentile(double share) const {
    if (weights_[first_] < buckets_.epsilon) return 0;
    const double threshold = share * total_;
    double sum = 0;
    std::size_t bucket = first_;
    for (; bucket < last_; ++bucket) {
        sum += weights_[bucket];
        if (sum >= threshold) break;
    }
    return buckets_.start(bucket + 1 < buckets_.count ? bucket + 1 : bucket);
}

}  // namespace models::vpa
