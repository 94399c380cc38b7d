// The parameters under which a law makes a sample most likely (maximum likelihood).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "reports/statistics/law.h"

namespace reports {

// Values above 0, sorted, with what several laws ask of them.
struct FitSample {
    explicit FitSample(std::vector<double> values);  // in any order; not empty

    std::vector<double> values;
    std::vector<double> logs;  // natural logarithms
    double mean = 0;
    double variance = 0;  // of n, not n - 1
    double mean_log = 0;
    double variance_log = 0;
};

// A mean and a p99, which a scenario has of a lognormal law, say no wider one (sim/distribution.h).
inline constexpr double kWidestLogOfTime = 2.326;  // sigma

// None when the law cannot be that of the sample; why_no_fit says why.
std::optional<Law> most_likely(LawKind kind, const FitSample& sample);
std::string_view why_no_fit(LawKind kind);

// The derivative of log_gamma, and its derivative, x > 0; to 12 digits.
double digamma(double x);
double trigamma(double x);

}  // namespace reports
