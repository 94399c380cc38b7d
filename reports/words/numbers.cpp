#include "reports/words/numbers.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace reports {

std::string grouped(double value) {
    std::string digits = fmt::format("{:.0f}", value);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string grouped(std::uint64_t value) {
    return grouped(static_cast<double>(value));
}

std::string times_text(double factor) {
    return factor < 1000 ? fmt::format("{:.3g}x", factor) : grouped(std::round(factor)) + "x";
}

std::string possessive(std::string_view name) {
    return fmt::format("{}{}", name, name.ends_with('s') ? "'" : "'s");
}

std::string brief(double seconds) {
    if (std::isinf(seconds)) return "failed";
    if (seconds >= 7200) return fmt::format("{:.3g} h", seconds / 3600);
    if (seconds >= 120) return fmt::format("{:.3g} min", seconds / 60);
    if (seconds >= 0.9995) return fmt::format("{:.3g} s", seconds);
    if (seconds >= 0.9995e-3 || seconds == 0) return fmt::format("{:.3g} ms", seconds * 1e3);
    return fmt::format("{:.3g} us", seconds * 1e6);
}

std::string brief(const sim::RankedLatency& latency) {
    return latency.failed ? "failed" : brief(sim::seconds(latency.time));
}

std::string in_full(const sim::RankedLatency& latency) {
    const std::string time = brief(sim::seconds(latency.time));
    return latency.failed ? fmt::format("failed (waited {})", time) : time;
}

std::string brief_count(double count) {
    return count < 999.5 ? fmt::format("{:.3g}", count) : grouped(count);
}

std::string brief_bytes(double bytes) {
    constexpr double kMebi = 1024.0 * 1024;
    constexpr std::array<std::string_view, 4> kByteUnits = {"MiB", "GiB", "TiB", "PiB"};
    double value = bytes / kMebi;
    std::size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < kByteUnits.size()) value /= 1024, ++unit;
    return fmt::format("{} {}", brief_count(value), kByteUnits[unit]);
}

std::string brief_rate(double rate) {
    if (rate >= 1e6) return fmt::format("{:.3g} M", rate / 1e6);
    return rate >= 100 ? grouped(rate) : fmt::format("{:.3g}", rate);
}

std::string percent(double share) {
    std::string text = fmt::format("{:.3f} %", share * 100);
    if (share < 1 && text == "100.000 %") return ">99.999 %";
    return text;
}

}  // namespace reports
