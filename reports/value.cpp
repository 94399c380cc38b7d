#include "reports/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/words/numbers.h"

namespace reports {

namespace {

struct Unit {
    std::string_view name;
    double factor;
    Dimension dimension;
};

constexpr double kKibi = 1024;
constexpr std::array kUnits = {
    Unit{"ns", 1e-9, Dimension::time},
    Unit{"us", 1e-6, Dimension::time},
    Unit{"ms", 1e-3, Dimension::time},
    Unit{"s", 1, Dimension::time},
    Unit{"min", 60, Dimension::time},
    Unit{"h", 3600, Dimension::time},
    Unit{"d", 86400, Dimension::time},
    Unit{"%", 0.01, Dimension::share},
    Unit{"/s", 1, Dimension::rate},
    Unit{"/min", 1.0 / 60, Dimension::rate},
    Unit{"/h", 1.0 / 3600, Dimension::rate},
    Unit{"/d", 1.0 / 86400, Dimension::rate},
    Unit{"B", 1, Dimension::bytes},
    Unit{"KiB", kKibi, Dimension::bytes},
    Unit{"MiB", kKibi* kKibi, Dimension::bytes},
    Unit{"GiB", kKibi* kKibi* kKibi, Dimension::bytes},
    Unit{"TiB", kKibi* kKibi* kKibi* kKibi, Dimension::bytes},
    Unit{"kB", 1e3, Dimension::bytes},
    Unit{"MB", 1e6, Dimension::bytes},
    Unit{"GB", 1e9, Dimension::bytes},
    Unit{"TB", 1e12, Dimension::bytes},
};

std::string short_time_text(double seconds) {
    const double size = std::abs(seconds);
    if (size >= 100) return fmt::format("{:.0f}s", seconds);
    if (size >= 1) return fmt::format("{:.3g}s", seconds);
    if (size >= 1e-3 || size == 0) return fmt::format("{:.3g}ms", seconds * 1e3);
    return fmt::format("{:.3g}us", seconds * 1e6);
}

std::string failed_text(const Value& value) {
    const std::string sign = value.number < 0 ? "-" : "";
    if (std::isnan(value.waited_s)) return sign + "failed";
    return fmt::format("{}failed (waited {})", sign, short_time_text(value.waited_s));
}

std::string bytes_text(double bytes) {
    constexpr std::array<std::string_view, 5> kNames = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t step = 0;
    for (; std::abs(bytes) >= kKibi && step + 1 < kNames.size(); ++step) bytes /= kKibi;
    return fmt::format("{:.4g}{}", bytes, kNames[step]);
}

}  // namespace

std::string_view name_of(Dimension dimension) {
    constexpr std::array<std::string_view, 7> kNames = {
        "a plain number",      "a time",     "a share", "a rate", "an amount of money",
        "an amount of memory", "a statement"};
    return kNames[static_cast<std::size_t>(dimension)];
}

bool is_factor(Dimension dimension) {
    return dimension == Dimension::plain || dimension == Dimension::share;
}

std::optional<Value> unit(std::string_view name) {
    const auto found = std::ranges::find(kUnits, name, &Unit::name);
    if (found == kUnits.end()) return std::nullopt;
    return Value{found->factor, found->dimension};
}

std::string known_units() {
    std::string text;
    for (const Unit& each : kUnits) text += fmt::format("{}, ", each.name);
    return text + "or $ in front";
}

Dimension dimension_of(std::string_view unit_of_measure) {
    if (unit_of_measure == "1") return Dimension::share;
    if (unit_of_measure == "s") return Dimension::time;
    if (unit_of_measure == "bytes") return Dimension::bytes;
    if (unit_of_measure == "/s") return Dimension::rate;
    if (unit_of_measure == "usd") return Dimension::money;
    return Dimension::plain;
}

std::string text_of(const Value& value) {
    const double number = value.number;
    if (std::isnan(number)) return "undefined";
    switch (value.dimension) {
        case Dimension::time:
            if (std::isinf(number)) return failed_text(value);
            return short_time_text(number);
        case Dimension::share:
            return fmt::format("{:.5g}%", number * 100);
        case Dimension::rate:
            return std::abs(number) >= 1000 ? fmt::format("{:.0f}/s", number)
                                            : fmt::format("{:.4g}/s", number);
        case Dimension::money:
            return fmt::format("{}${:.2f}", number < 0 ? "-" : "", std::abs(number));
        case Dimension::bytes:
            return bytes_text(number);
        case Dimension::truth:
            return number != 0 ? "true" : "false";
        case Dimension::plain:
            break;
    }
    return fmt::format("{:.6g}", number);
}

std::string prose_of(const Value& value) {
    const double number = value.number;
    if (std::isnan(number)) return "undefined";
    if (std::isinf(number)) return "failed";
    switch (value.dimension) {
        case Dimension::time:
            return number < 0 ? "-" + brief(-number) : brief(number);
        case Dimension::share: {
            const std::string text = fmt::format("{:.3g} %", number * 100);
            return text == "100 %" && number < 1 ? percent(number) : text;
        }
        case Dimension::rate:
            return brief_rate(number) + "/s";
        case Dimension::plain:
            if (std::abs(number) >= 1000)
                return number < 0 ? "-" + grouped(-number) : grouped(number);
            return fmt::format("{:.3g}", number);
        default:
            return text_of(value);
    }
}

}  // namespace reports
