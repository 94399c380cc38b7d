#include "tools/import/arrival_law.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tools::imports {

namespace {

namespace spec = models::spec;

constexpr std::size_t kFewestGaps = 30;
constexpr double kOff = 3.5;  // standard errors
constexpr double kEven = 0.05;

double variation_of(const std::vector<double>& sorted, double mean) {
    double sum = 0;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        const double off = sorted[i] - sorted[i - 1] - mean;
        sum += off * off;
    }
    return std::sqrt(sum / static_cast<double>(sorted.size() - 1)) / mean;
}

}  // namespace

ArrivalLaw arrival_law(std::vector<double> times) {
    std::ranges::sort(times);
    ArrivalLaw law;
    if (times.size() < 2 || !(times.back() > times.front())) return law;
    const double gaps = static_cast<double>(times.size() - 1);
    law.seconds = times.back() - times.front();
    law.per_second = gaps / law.seconds;
    law.variation = variation_of(times, law.seconds / gaps);
    law.said = fmt::format("{} requests in {:.4g} s; their gaps vary by {:.3g} of their mean",
                           times.size(), law.seconds, law.variation);
    if (times.size() <= kFewestGaps) {
        law.said += ", which of so few says nothing: Poisson's is assumed";
    } else if (std::abs(law.variation - 1) <= kOff / std::sqrt(gaps)) {
        law.said += ", as a Poisson process' do (1)";
    } else if (law.variation < kEven) {
        law.arrivals = "constant";
        law.said += ": they are even";
    } else {
        const double variation = std::clamp(law.variation, 0.01, 100.0);
        law.arrivals = spec::Json::Object{{"kind", "renewal", {}},
                                          {"variation", std::round(variation * 1000) / 1000, {}}};
        law.said += ", and not by 1, as a Poisson process' would";
    }
    return law;
}

std::string rate_text(double per_second) {
    if (per_second >= 1e4) return fmt::format("{:.0f}/s", std::min(per_second, 1e9));
    if (per_second >= 0.1) return fmt::format("{:.5g}/s", per_second);
    return fmt::format("{:.5g}/h", std::max(per_second * 3600, 0.001));
}

}  // namespace tools::imports
