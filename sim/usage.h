// What a node uses of something that is paid for: instance hours, bytes, requests. A node says how
// much of what; what one of it costs is not its business.
//
// Kinds of nodes declare a row for each; a row without a sentence does not compile.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/time.h"

namespace sim {

enum class UsageUnit : std::uint8_t { hours, requests, bytes, byte_hours, byte_seconds };

constexpr double kHoursPerMonth = 730;  // of a year of 365 days: 8,760 hours are twelve of these

// The unit in which prices of it are quoted, and how many of the base unit (hours, requests, bytes,
// bytes times hours or seconds) one of these is. What is paid by memory and second is quoted in GB
// of 2^30 bytes (the "GB-seconds" of functions), all else in GB of 10^9.
struct QuotedUnit {
    std::string_view name;
    double size;
};
constexpr QuotedUnit quoted(UsageUnit unit) {
    constexpr double kGiga = 1e9;
    constexpr std::array kUnits = {
        QuotedUnit{"h", 1}, QuotedUnit{"million", 1e6}, QuotedUnit{"GB", kGiga},
        QuotedUnit{"GB-month", kGiga * kHoursPerMonth}, QuotedUnit{"GB-s", 1024.0 * 1024 * 1024}};
    return kUnits[static_cast<std::size_t>(unit)];
}

struct UsageRow {
    std::string_view item;  // snake_case, the name of its price in a price book
    UsageUnit unit;
    std::string_view doc;
};

consteval UsageRow usage(std::string_view item, UsageUnit unit, std::string_view doc) {
    for (const char c : item) {
        if (!((c >= 'a' && c <= 'z') || c == '_')) throw "what is used is named in snake_case";
    }
    if (item.empty()) throw "what is used has a name";
    if (doc.size() < 8 || doc.back() != '.') throw "a usage's doc is a sentence with a full stop";
    return {item, unit, doc};
}

// So many instances were there from one time to another.
struct Stay {
    Time from{};
    Time until{};
    double count = 1;

    bool operator==(const Stay&) const = default;
};

// So much of one item in the measured time.
struct Usage {
    std::string item;
    std::string of;     // which one, where there are several: a size, a region; else empty
    double amount = 0;  // in `unit`
    std::string unit;   // as prices are quoted
    std::optional<double> usd_each{};  // of one unit; none: no price is known
    std::string source{};              // of that price
    std::vector<Stay> stays{};         // of hours of instances of a size: when they were there

    double usd() const { return usd_each ? amount * *usd_each : 0; }
    bool operator==(const Usage&) const = default;
};

}  // namespace sim
