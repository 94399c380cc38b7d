// Bounds for statistical checks. Seeds are fixed, so a check that passes once passes always; the
// bounds say how unlikely a failure would have been for a right sampler: about 10^-4 a check.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace support {

// How many standard deviations of a normal the statistic is above its mean, by Wilson and
// Hilferty's cube root. Compare with 3.7 (10^-4), and with -3.7 for counts that are suspiciously
// even.
inline double chi_square_sigmas(double statistic, double degrees) {
    const double spread = 2 / (9 * degrees);
    return (std::cbrt(statistic / degrees) - (1 - spread)) / std::sqrt(spread);
}

// Against given probabilities; a cell that expects less than 5 joins the one after it.
inline double chi_square_sigmas(std::span<const std::uint64_t> counts,
                                std::span<const double> probabilities) {
    double total = 0;
    for (const std::uint64_t count : counts) total += static_cast<double>(count);
    double statistic = 0, cells = 0, seen = 0, expected = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        seen += static_cast<double>(counts[i]);
        expected += probabilities[i] * total;
        if (expected < 5) continue;
        statistic += (seen - expected) * (seen - expected) / expected;
        cells += 1;
        seen = expected = 0;
    }
    return chi_square_sigmas(statistic, cells - 1);
}

inline double chi_square_sigmas(std::span<const std::uint64_t> counts) {
    const double even = 1 / static_cast<double>(counts.size());
    return chi_square_sigmas(counts, std::vector<double>(counts.size(), even));
}

// The largest distance between the values' distribution function and the given one, times sqrt(n).
// Kolmogorov: above 2.23 with probability 10^-4.
template <class Cdf>
double kolmogorov_smirnov(std::vector<double> values, Cdf cdf) {
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    double distance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double share = cdf(values[i]);
        distance = std::max(distance, share - static_cast<double>(i) / n);
        distance = std::max(distance, static_cast<double>(i + 1) / n - share);
    }
    return distance * std::sqrt(n);
}

}  // namespace support
