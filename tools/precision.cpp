#include "tools/precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tools {

namespace {

// The widest half width over its mean, among the variants; NaN when there is one that says nothing.
double widest(const Replicas& replicas, std::size_t metric) {
    double most = 0;
    for (const auto& samples : replicas.samples()) {
        std::vector<double> values;
        for (const reports::Sample& sample : samples) values.push_back(sample.figures[metric]);
        const reports::Estimate estimate = reports::mean_of(values);
        if (!estimate.interval) return std::nan("");
        const double half = (estimate.interval->high - estimate.interval->low) / 2;
        // What failed in every replication is known well enough.
        if (half == 0 || std::isinf(estimate.value)) continue;
        most = std::max(most, half / std::abs(estimate.value));
    }
    return most;
}

std::string note_of(double reached, std::size_t replications, const PrecisionAsked& asked,
                    const std::string& figure) {
    if (std::isnan(reached)) {
        return fmt::format("--precision: {} cannot be said of every variant; lengthen the runs",
                           figure);
    }
    return fmt::format(
        "--precision {:g} %: {} is {}known to within {:.2g} % after {} replications.",
        asked.relative * 100, figure, reached <= asked.relative ? "" : "only ", reached * 100,
        replications);
}

}  // namespace

std::optional<double> precision_of(const std::string& text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    const std::string rest(stop, end);
    if (error != std::errc() || (rest != "" && rest != "%" && rest != " %")) return std::nullopt;
    if (!rest.empty()) value /= 100;
    if (!(value > 0 && value <= 1)) return std::nullopt;
    return value;
}

// The half width falls with the square root of the number; a look ahead is never more than a
// doubling, because the first widths are badly known.
PrecisionEnd play_to_precision(Replicas& replicas, const PrecisionAsked& asked) {
    std::size_t count = std::max<std::size_t>(asked.fewest, 3);
    const std::size_t most = std::max(asked.most, count);
    for (;;) {
        const PlayEnd end = replicas.play_up_to(count);
        if (end != PlayEnd::whole) return {end, ""};
        const double reached = widest(replicas, asked.metric);
        if (!(reached > asked.relative) || count >= most) {
            return {end, note_of(reached, count, asked, replicas.figure(asked.metric))};
        }
        const double times = reached / asked.relative;
        const double factor = std::min(2.0, times * times);
        const auto next = static_cast<std::size_t>(std::ceil(static_cast<double>(count) * factor));
        count = std::min(most, std::max(count + 1, next));
    }
}

}  // namespace tools
