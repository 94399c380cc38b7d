// Laws of positive numbers, as measured times follow them, each by its parameters.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/distribution.h"

namespace reports {

enum class LawKind : std::uint8_t {
    constant,          // value
    uniform,           // min, max
    exponential,       // mean
    normal,            // mean, stddev
    lognormal,         // mu, sigma of the logarithm
    gamma,             // mean, shape
    weibull,           // mean, shape
    pareto,            // min, alpha
    hyperexponential,  // share of the first, mean of the first, mean of the second
    two_lognormals     // share of the first, mu and sigma of the first, mu and sigma of the second
};

inline constexpr std::size_t kLawKinds = 10;

struct Law {
    LawKind kind = LawKind::constant;
    std::vector<double> parameters{};  // in the order of parameter_names
};

std::string_view name_of(LawKind kind);
std::span<const std::string_view> parameter_names(LawKind kind);

sim::Distribution distribution_of(const Law& law);

// Logarithm of the density at `x`, which is in the law's range; that of a constant is not defined.
double log_density(const Law& law, double x);

// The value that a share of all stay below, 0 < share < 1; to 12 digits, by bisection.
double quantile_of(const Law& law, double share);

}  // namespace reports
