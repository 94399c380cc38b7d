// What a number of a node is: its unit, what it says, and how several of it become one.
//
// Kinds of nodes and policies declare a row for each of their figures; a row without a unit and a
// sentence does not compile. Reports, units in run.json, the words of expectations and the
// reference all come from these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sim {

enum class Unit : std::uint8_t { count, share, seconds, bytes, per_second, usd };

// As recordings write them: "", "1", "s", "bytes", "/s", "usd".
constexpr std::string_view text_of(Unit unit) {
    constexpr std::string_view kTexts[] = {"", "1", "s", "bytes", "/s", "usd"};
    return kTexts[static_cast<std::size_t>(unit)];
}
// As people read them.
constexpr std::string_view word_of(Unit unit) {
    constexpr std::string_view kWords[] = {"count", "share",      "seconds",
                                           "bytes", "per second", "US dollars"};
    return kWords[static_cast<std::size_t>(unit)];
}

// Of several replications: all of them together, their mean, the highest, the lowest, the mean of
// what each ended with, or all values in one histogram. Those that have none are left out. What is
// only drawn over time (a Series) is the first replication's.
enum class Merge : std::uint8_t { sum, mean, peak, least, last, distribution, over_time };

constexpr std::string_view word_of(Merge merge) {
    constexpr std::string_view kWords[] = {"sum",  "mean",         "peak",     "least",
                                           "last", "distribution", "over time"};
    return kWords[static_cast<std::size_t>(merge)];
}

struct Figure {
    std::string_view name;  // snake_case; "rows_<partition>": one for each partition
    Unit unit;
    Merge merge;
    std::string_view doc;

    // Whether this is the row of a figure of that name.
    bool matches(std::string_view of) const {
        const std::size_t open = name.find('<');
        if (open == std::string_view::npos) return name == of;
        const std::string_view before = name.substr(0, open);
        const std::string_view after = name.substr(name.rfind('>') + 1);
        return of.size() > before.size() + after.size() && of.starts_with(before) &&
               of.ends_with(after);
    }
    bool is_pattern() const { return name.find('<') != std::string_view::npos; }
};

consteval Figure figure(std::string_view name, Unit unit, Merge merge, std::string_view doc) {
    for (const char c : name) {
        const bool fits =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '<' || c == '>';
        if (!fits) throw "a figure's name is snake_case";
    }
    if (name.empty()) throw "a figure has a name";
    if (doc.size() < 8 || doc.back() != '.') throw "a figure's doc is a sentence with a full stop";
    return {name, unit, merge, doc};
}

}  // namespace sim
