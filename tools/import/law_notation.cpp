#include "tools/import/law_notation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/spec/units/units.h"
#include "reports/words/numbers.h"
#include "sim/math.h"
#include "sim/time.h"
#include "tools/import/commented.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

constexpr double kNormalP99 = 2.3263478740408411;
constexpr std::size_t kFewest = 20;
constexpr std::size_t kFewestEmpirical = 100;
constexpr std::size_t kMostFitted = 20'000;

double five_digits(double value) {
    if (!(value > 0) || !std::isfinite(value)) return 0;
    const double unit = std::pow(10.0, 4 - std::floor(std::log10(value)));
    return std::round(value * unit) / unit;
}

// A mean that a law must have is at least a nanosecond.
std::string positive_duration(double seconds) {
    return short_duration(std::max(seconds, 1e-9));
}

Json lognormal_json(double mu, double sigma) {
    const double mean = sim::exp(mu + sigma * sigma / 2);
    const double p99 = sim::exp(mu + kNormalP99 * sigma);
    return object_of({{"kind", "lognormal"},
                      {"mean", positive_duration(mean)},
                      {"p99", positive_duration(std::max(mean, p99))}});
}

Json part_json(double weight, Json law) {
    return object_of({{"weight", five_digits(weight)}, {"of", std::move(law)}});
}

Json exponential_json(double mean) {
    return object_of({{"kind", "exponential"}, {"mean", positive_duration(mean)}});
}

double mean_of_values(const std::vector<double>& values) {
    double sum = 0;
    for (const double each : values) sum += each;
    return sum / static_cast<double>(values.size());
}

}  // namespace

std::vector<double> evenly_chosen(const std::vector<double>& values, std::size_t most) {
    if (values.size() <= most) return values;
    std::vector<double> chosen(most);
    for (std::size_t i = 0; i < most; ++i) chosen[i] = values[i * values.size() / most];
    return chosen;
}

std::string short_duration(double seconds) {
    const auto ns =
        static_cast<std::int64_t>(std::llround(five_digits(std::min(seconds, 1e8)) * 1e9));
    return ns == 0 ? "0s" : spec::text_of(sim::Duration(ns));
}

Json law_json(const reports::Law& law) {
    const std::vector<double>& p = law.parameters;
    const std::string kind(reports::name_of(law.kind));
    switch (law.kind) {
        case reports::LawKind::constant:
            return short_duration(p[0]);
        case reports::LawKind::uniform:
            return object_of(
                {{"kind", kind}, {"min", short_duration(p[0])}, {"max", short_duration(p[1])}});
        case reports::LawKind::exponential:
            return exponential_json(p[0]);
        case reports::LawKind::normal:
            return object_of(
                {{"kind", kind}, {"mean", short_duration(p[0])}, {"stddev", short_duration(p[1])}});
        case reports::LawKind::lognormal:
            return lognormal_json(p[0], p[1]);
        case reports::LawKind::gamma:
        case reports::LawKind::weibull:
            return object_of(
                {{"kind", kind}, {"mean", positive_duration(p[0])}, {"shape", five_digits(p[1])}});
        case reports::LawKind::pareto:
            return object_of(
                {{"kind", kind}, {"min", positive_duration(p[0])}, {"alpha", five_digits(p[1])}});
        case reports::LawKind::hyperexponential:
            return object_of({{"kind", "mixture"},
                              {"parts", Json::List{part_json(p[0], exponential_json(p[1])),
                                                   part_json(1 - p[0], exponential_json(p[2]))}}});
        case reports::LawKind::two_lognormals:
            return object_of(
                {{"kind", "mixture"},
                 {"parts", Json::List{part_json(p[0], lognormal_json(p[1], p[2])),
                                      part_json(1 - p[0], lognormal_json(p[3], p[4]))}}});
    }
    return {};
}

Json empirical_json(const std::vector<double>& seconds) {
    Json::List quantiles;
    for (const auto& each : reports::quantiles_of(seconds)) {
        quantiles.push_back(
            object_of({{"share", spec::text_of(std::round(each.share * 1e10) / 1e8) + "%"},
                       {"value", short_duration(each.value)}}));
    }
    return object_of({{"kind", "empirical"}, {"quantiles", std::move(quantiles)}});
}

NotedLaw noted_law(const std::vector<double>& seconds, double resolution) {
    const double mean = mean_of_values(seconds);
    const std::string of = fmt::format("of {} value{}, mean {}", seconds.size(),
                                       seconds.size() == 1 ? "" : "s", reports::brief(mean));
    if (mean <= 0) return {"0s", of, mean};
    if (seconds.size() < kFewest) {
        return {exponential_json(mean), "exponential, since so few do not tell: " + of, mean};
    }
    const reports::Fits fits =
        reports::fit_laws(evenly_chosen(seconds, kMostFitted),
                          {.resolution = resolution, .replications = 99, .most_drawn = 300});
    if (const reports::FittedLaw* const best = fits.best()) {
        return {law_json(best->law),
                fmt::format("{}: {}; Kolmogorov-Smirnov distance {:.3f}, below the critical {:.3f}",
                            reports::name_of(best->law.kind), of, best->distance, best->critical),
                mean};
    }
    if (seconds.size() >= kFewestEmpirical || fits.laws.empty()) {
        return {empirical_json(seconds), "as measured, since no law fits: " + of, mean};
    }
    return {law_json(fits.laws.front().law),
            fmt::format("{}, the nearest, though none fits: {}",
                        reports::name_of(fits.laws.front().law.kind), of),
            mean};
}

}  // namespace tools::imports
