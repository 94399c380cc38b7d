#include "reports/theory/availability.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "reports/theory/markov_chain.h"

namespace reports {

double availability_of(double mean_up, double mean_down) {
    if (std::isinf(mean_up)) return 1;
    return mean_up + mean_down > 0 ? mean_up / (mean_up + mean_down) : 1;
}

double in_series(std::span<const double> parts) {
    double all = 1;
    for (const double each : parts) all *= each;
    return all;
}

double in_parallel(std::span<const double> parts) {
    double none = 1;
    for (const double each : parts) none *= 1 - each;
    return 1 - none;
}

// The chance of each number of parts that are down, part by part. Few down are the likely ones:
// what is missing to 1 is summed, so that small shares of downtime keep their digits.
double k_of_n(std::size_t k, std::span<const double> parts) {
    std::vector<double> up(parts.size() + 1, 0);
    up[0] = 1;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        for (std::size_t count = i + 1; count > 0; --count) {
            up[count] = up[count] * (1 - parts[i]) + up[count - 1] * parts[i];
        }
        up[0] *= 1 - parts[i];
    }
    double too_few = 0;
    for (std::size_t count = 0; count < std::min(k, up.size()); ++count) too_few += up[count];
    return 1 - too_few;
}

RepairableFigures figures_of(const Repairable& system) {
    const auto units = static_cast<double>(system.units);
    const auto crews = static_cast<double>(system.crews);
    // States are how many units are down.
    const auto failing = [&](std::size_t down) {
        return (units - static_cast<double>(down)) * system.failure_rate;
    };
    const auto repaired = [&](std::size_t down) {
        return std::min(static_cast<double>(down), crews) * system.repair_rate;
    };
    const MarkovChain chain = birth_and_death(system.units + 1, failing, repaired);
    const auto is_down = [&](std::size_t down) { return system.units - down < system.needed; };
    RepairableFigures figures;
    figures.time_to_failure = chain.mean_time_to(is_down)(0);
    const auto share = chain.stationary();
    if (!share) return figures;
    double down = 0;
    for (std::size_t state = 0; state <= system.units; ++state) {
        if (is_down(state)) down += (*share)(static_cast<Eigen::Index>(state));
    }
    figures.availability = 1 - down;
    if (system.needed > system.units) return figures;
    const std::size_t last_up = system.units - system.needed;
    figures.failures = (*share)(static_cast<Eigen::Index>(last_up)) * failing(last_up);
    if (figures.failures > 0) figures.mean_outage = down / figures.failures;
    return figures;
}

double nines_of(double availability) {
    if (availability >= 1) return std::numeric_limits<double>::infinity();
    return -std::log10(1 - availability);
}

double downtime_of(double availability, double period_s) {
    return (1 - availability) * period_s;
}

std::string downtime_text(double seconds) {
    struct DownUnit {
        double seconds;
        std::string_view unit;
    };
    constexpr std::array kDownUnits = {DownUnit{86400, "d"}, DownUnit{3600, "h"},
                                       DownUnit{60, "min"}, DownUnit{1, "s"}};
    for (const DownUnit& each : kDownUnits) {
        if (seconds >= each.seconds) {
            return fmt::format("{:.4g} {}", seconds / each.seconds, each.unit);
        }
    }
    return seconds >= 1e-3 ? fmt::format("{:.4g} ms", seconds * 1e3)
                           : fmt::format("{:.4g} s", seconds);
}

std::string availability_text(double availability) {
    if (availability >= 1 || availability <= 0) return fmt::format("{:g} %", availability * 100);
    const int digits = std::clamp(static_cast<int>(std::ceil(nines_of(availability))) + 2, 3, 12);
    std::string text = fmt::format("{:.{}f}", availability * 100, digits - 1);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text + " %";
}

}  // namespace reports
