#include "tools/import/logged_rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/import/arrival_law.h"
#include "tools/import/law_notation.h"

namespace tools::imports {

namespace {

using models::spec::Json;

constexpr double kBeyond = 3.5;
constexpr std::size_t kMostParts = 24;
constexpr double kShortestPart = 10;  // seconds
constexpr std::size_t kMostSeconds = 32'000'000;

std::vector<double> counts_of(const std::vector<double>& times, std::size_t parts, double width) {
    std::vector<double> counts(parts);
    for (const double each : times) {
        counts[std::min(parts - 1, static_cast<std::size_t>(each / width))] += 1;
    }
    return counts;
}

// Of counts about those of their parts, variance over mean.
double dispersion_of(const std::vector<double>& seconds, const std::vector<double>& parts) {
    double squares = 0;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        const std::size_t part = std::min(parts.size() - 1, i * parts.size() / seconds.size());
        const double mean =
            parts[part] * static_cast<double>(parts.size()) / static_cast<double>(seconds.size());
        if (mean > 0) squares += (seconds[i] - mean) * (seconds[i] - mean) / mean;
    }
    const double free = static_cast<double>(seconds.size()) - static_cast<double>(parts.size());
    return free > 0 ? squares / free : 1;
}

// In straight lines from the middle of each part to that of the next.
Json stages_of(const std::vector<double>& counts, double width) {
    const auto stage = [&](double count, double length) {
        return Json(Json::Object{{"target", rate_text(count / width), {}},
                                 {"duration", short_duration(length), {}}});
    };
    Json::List stages = {stage(counts.front(), width / 2)};
    for (std::size_t i = 1; i < counts.size(); ++i) stages.push_back(stage(counts[i], width));
    stages.push_back(stage(counts.back(), width / 2));
    return stages;
}

}  // namespace

LoggedRate logged_rate(const std::vector<double>& times) {
    LoggedRate rate;
    if (times.size() < 2 || !(times.back() > 0)) return rate;
    // The last second is as long as any.
    const double length = times.back() + 1;
    const double n = static_cast<double>(times.size());
    rate.per_second = n / length;
    rate.said = fmt::format("{} requests in {:.6g} s", times.size(), length);
    const auto parts =
        std::clamp<std::size_t>(static_cast<std::size_t>(length / kShortestPart), 1, kMostParts);
    const double width = length / static_cast<double>(parts);
    const std::vector<double> counts = counts_of(times, parts, width);
    double square = 0;
    for (const double each : counts) {
        const double mean = n / static_cast<double>(parts);
        square += (each - mean) * (each - mean) / mean;
    }
    const double free = static_cast<double>(parts) - 1;
    const bool changes = parts > 1 && square > free + kBeyond * std::sqrt(2 * free);
    const auto whole = std::min(static_cast<std::size_t>(length), kMostSeconds);
    const std::vector<double> seconds = counts_of(times, std::max<std::size_t>(1, whole), 1);
    const double dispersion = dispersion_of(seconds, changes ? counts : std::vector{n});
    const double error = std::sqrt(2 / static_cast<double>(seconds.size()));
    if (changes) {
        rate.per_second = counts.front() / width;
        rate.stages = stages_of(counts, width);
        rate.said += fmt::format("; the rate changes, from {} to {} of {} parts",
                                 rate_text(std::ranges::min(counts) / width),
                                 rate_text(std::ranges::max(counts) / width), parts);
    } else {
        rate.said += "; the rate does not change beyond chance";
    }
    rate.said += fmt::format("; variance over mean of a second's count {:.3g}", dispersion);
    if (std::abs(dispersion - 1) <= kBeyond * error || seconds.size() < 30) {
        rate.said += ", as for a Poisson process (1)";
    } else {
        const double variation = std::clamp(std::sqrt(dispersion), 0.01, 100.0);
        rate.arrivals = Json::Object{{"kind", "renewal", {}},
                                     {"variation", std::round(variation * 1000) / 1000, {}}};
    }
    return rate;
}

}  // namespace tools::imports
