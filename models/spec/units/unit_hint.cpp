#include "models/spec/units/unit_hint.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace models::spec {

namespace {

struct Alias {
    std::string_view quantity;
    std::string_view theirs;  // in small letters
    std::string_view ours;
};

constexpr std::string_view kDurationName = "a duration";
constexpr std::string_view kSizeName = "a size";
constexpr std::string_view kRateName = "a rate";

constexpr std::array kAliases = {
    Alias{kDurationName, "nsec", "ns"},
    Alias{kDurationName, "usec", "us"},
    Alias{kDurationName, "\xC2\xB5s", "us"},  // the micro sign
    Alias{kDurationName, "msec", "ms"},
    Alias{kDurationName, "millis", "ms"},
    Alias{kDurationName, "milliseconds", "ms"},
    Alias{kDurationName, "sec", "s"},
    Alias{kDurationName, "secs", "s"},
    Alias{kDurationName, "second", "s"},
    Alias{kDurationName, "seconds", "s"},
    Alias{kDurationName, "mins", "min"},
    Alias{kDurationName, "minute", "min"},
    Alias{kDurationName, "minutes", "min"},
    Alias{kDurationName, "hr", "h"},
    Alias{kDurationName, "hrs", "h"},
    Alias{kDurationName, "hour", "h"},
    Alias{kDurationName, "hours", "h"},
    Alias{kDurationName, "day", "d"},
    Alias{kDurationName, "days", "d"},
    Alias{kSizeName, "b", "B"},
    Alias{kSizeName, "kb", "kB"},
    Alias{kSizeName, "mb", "MB"},
    Alias{kSizeName, "gb", "GB"},
    Alias{kSizeName, "tb", "TB"},
    Alias{kSizeName, "k", "KiB"},
    Alias{kSizeName, "ki", "KiB"},
    Alias{kSizeName, "kib", "KiB"},
    Alias{kSizeName, "m", "MiB"},
    Alias{kSizeName, "mi", "MiB"},
    Alias{kSizeName, "mib", "MiB"},
    Alias{kSizeName, "g", "GiB"},
    Alias{kSizeName, "gi", "GiB"},
    Alias{kSizeName, "gib", "GiB"},
    Alias{kSizeName, "ti", "TiB"},
    Alias{kRateName, "rps", "/s"},
    Alias{kRateName, "qps", "/s"},
    Alias{kRateName, "tps", "/s"},
    Alias{kRateName, "/sec", "/s"},
    Alias{kRateName, "/second", "/s"},
    Alias{kRateName, "rpm", "/min"},
    Alias{kRateName, "/m", "/min"},
    Alias{kRateName, "/minute", "/min"},
    Alias{kRateName, "/hour", "/h"},
    Alias{kRateName, "/day", "/d"},
};

std::string in_small_letters(std::string_view text) {
    std::string small(text);
    for (char& c : small) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return small;
}

std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Whether "ns, us, ms" has it.
bool is_listed(std::string_view units, std::string_view unit) {
    while (!units.empty()) {
        const std::size_t end = units.find(", ");
        if (units.substr(0, end) == unit) return true;
        units = end == std::string_view::npos ? std::string_view() : units.substr(end + 2);
    }
    return false;
}

std::string_view ours_of(std::string_view quantity, std::string_view units, std::string_view unit) {
    if (is_listed(units, unit)) return unit;
    const std::string small = in_small_letters(unit);
    for (const Alias& alias : kAliases) {
        if (alias.quantity == quantity && alias.theirs == small) return alias.ours;
    }
    return {};
}

std::optional<std::uint64_t> seconds_of(std::string_view unit) {
    if (unit == "m") return 60;
    const std::string_view ours = ours_of(kDurationName, "s, min, h, d", unit);
    if (ours == "s") return 1;
    if (ours == "min") return 60;
    if (ours == "h") return 3600;
    if (ours == "d") return 86400;
    return std::nullopt;
}

// "1h30m" in one unit; nothing where a part is none.
std::string in_one_unit(std::string_view text) {
    std::uint64_t total = 0;
    while (!text.empty()) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{}) return {};
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const std::size_t next = text.find_first_of("0123456789");
        const auto seconds = seconds_of(without_blanks(text.substr(0, next)));
        if (!seconds) return {};
        total += number * *seconds;
        text = next == std::string_view::npos ? std::string_view() : text.substr(next);
    }
    return total % 60 == 0 ? fmt::format("{}min", total / 60) : fmt::format("{}s", total);
}

}  // namespace

std::string unit_hint(std::string_view quantity, std::string_view units, std::string_view number,
                      std::string_view unit) {
    if (quantity == kDurationName && unit == "m") {
        return fmt::format("write \"{0}min\" for minutes, or \"{0}ms\"", number);
    }
    const std::string_view ours = ours_of(quantity, units, without_blanks(unit));
    if (!ours.empty()) return fmt::format("write \"{}{}\"", number, ours);
    if (quantity != kDurationName) return {};
    const std::string whole = in_one_unit(std::string(number).append(unit));
    return whole.empty() ? std::string() : fmt::format("in one unit: \"{}\"", whole);
}

}  // namespace models::spec
