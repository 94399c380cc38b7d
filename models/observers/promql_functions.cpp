#include "models/observers/promql_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models::promql {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// What a counter grew by, as if it had gone on at the same rate to the ends of the window, or half
// an interval when there is no sample near (functions.go, extrapolatedRate).
double extrapolated(const Window& window, bool is_counter, bool per_second) {
    const Samples samples = window.samples;
    if (samples.size() < 2) return kNothing;
    double growth = samples.back().value - samples.front().value;
    if (is_counter && !window.only_grows) {
        for (std::size_t i = 1; i < samples.size(); ++i) {
            if (samples[i].value < samples[i - 1].value) growth += samples[i - 1].value;
        }
    }
    const auto seconds = [](std::int64_t ms) { return static_cast<double>(ms) / 1000; };
    double to_first = seconds(samples.front().at - window.first);
    double to_last = seconds(window.last - samples.back().at);
    const double sampled = seconds(samples.back().at - samples.front().at);
    const double between = sampled / static_cast<double>(samples.size() - 1);
    if (is_counter && growth > 0 && samples.front().value >= 0) {
        // A counter cannot have been below zero.
        to_first = std::min(to_first, sampled * (samples.front().value / growth));
    }
    const double near = between * 1.1;
    double covered = sampled;
    covered += to_first < near ? to_first : between / 2;
    covered += to_last < near ? to_last : between / 2;
    double factor = covered / sampled;
    if (per_second) factor /= seconds(window.last - window.first);
    return growth * factor;
}

double instant_rate(const Window& window) {
    const Samples samples = window.samples;
    if (samples.size() < 2) return kNothing;
    const Sample& last = samples[samples.size() - 1];
    const Sample& before = samples[samples.size() - 2];
    const double growth = last.value < before.value ? last.value : last.value - before.value;
    return growth / (static_cast<double>(last.at - before.at) / 1000);
}

double over_time(std::string_view what, Samples samples) {
    if (what == "count_over_time") return static_cast<double>(samples.size());
    if (what == "last_over_time") return samples.back().value;
    double sum = 0;
    double most = samples.front().value;
    double least = most;
    for (const Sample& each : samples) {
        sum += each.value;
        most = std::max(most, each.value);
        least = std::min(least, each.value);
    }
    if (what == "sum_over_time") return sum;
    if (what == "max_over_time") return most;
    if (what == "min_over_time") return least;
    return sum / static_cast<double>(samples.size());
}

}  // namespace

double of_window(std::string_view function, const Window& window) {
    if (function == "rate") return extrapolated(window, true, true);
    if (function == "increase") return extrapolated(window, true, false);
    if (function == "delta") return extrapolated(window, false, false);
    if (function == "irate") return instant_rate(window);
    return over_time(function, window.samples);
}

double bucket_quantile(double share, std::vector<std::pair<double, double>> buckets) {
    std::ranges::sort(buckets);
    if (buckets.size() < 2 || !std::isinf(buckets.back().first)) return kNothing;
    for (std::size_t i = 1; i < buckets.size(); ++i) {
        buckets[i].second = std::max(buckets[i].second, buckets[i - 1].second);
    }
    const double all = buckets.back().second;
    if (all == 0 || std::isnan(share)) return kNothing;
    if (share < 0) return -std::numeric_limits<double>::infinity();
    if (share > 1) return std::numeric_limits<double>::infinity();
    double rank = share * all;
    std::size_t at = 0;
    while (at + 1 < buckets.size() && buckets[at].second < rank) ++at;
    if (at + 1 == buckets.size()) return buckets[at - 1].first;
    if (at == 0 && buckets[0].first <= 0) return buckets[0].first;
    const double low = at == 0 ? 0 : buckets[at - 1].first;
    double count = buckets[at].second;
    if (at > 0) {
        count -= buckets[at - 1].second;
        rank -= buckets[at - 1].second;
    }
    return low + (buckets[at].first - low) * (rank / count);
}

}  // namespace models::promql
