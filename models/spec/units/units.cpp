#include "models/spec/units/units.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "models/spec/units/unit_hint.h"

namespace models::spec {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t size;
};

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::array kDurations = {Unit{"ns", 1},
                                   Unit{"us", 1'000},
                                   Unit{"ms", 1'000'000},
                                   Unit{"s", kSecond},
                                   Unit{"min", 60 * kSecond},
                                   Unit{"h", 3600 * kSecond},
                                   Unit{"d", 86400 * kSecond}};

constexpr std::array kSizes = {Unit{"B", 1},
                               Unit{"KiB", std::uint64_t{1} << 10U},
                               Unit{"MiB", std::uint64_t{1} << 20U},
                               Unit{"GiB", std::uint64_t{1} << 30U},
                               Unit{"TiB", std::uint64_t{1} << 40U},
                               Unit{"PiB", std::uint64_t{1} << 50U},
                               Unit{"kB", 1'000},
                               Unit{"MB", 1'000'000},
                               Unit{"GB", 1'000'000'000},
                               Unit{"TB", 1'000'000'000'000},
                               Unit{"PB", 1'000'000'000'000'000}};

// Seconds, and hours, that an amount is spread over.
constexpr std::array kRates = {Unit{"/s", 1}, Unit{"/min", 60}, Unit{"/h", 3600},
                               Unit{"/d", 86400}};

// A price is kept per hour; a minute is the only period that is shorter.
struct Period {
    std::string_view name;
    double hours;
};
constexpr std::array kPrices = {Period{"/h", 1}, Period{"/min", 1.0 / 60}, Period{"/d", 24},
                                Period{"/month", 730}};

// A text split after its number, "1.5" + "min"; the number is a plain decimal without a sign.
struct Written {
    std::string_view number;
    std::string_view unit;
};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<Written> number_and_unit(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == 0) return std::nullopt;
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
        ++end;
        while (end < text.size() && is_digit(text[end])) ++end;
    }
    return Written{text.substr(0, end), text.substr(end)};
}

double decimal(std::string_view digits) {
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    (void)end;
    return error == std::errc{} ? value : std::numeric_limits<double>::infinity();
}

// Number times size, rounded to whole units; none when that exceeds the most. The whole part is
// integer arithmetic, so that what text_of writes comes back exactly.
std::optional<std::uint64_t> whole_units(std::string_view number, std::uint64_t size,
                                         std::uint64_t most) {
    const std::size_t point = std::min(number.find('.'), number.size());
    std::uint64_t whole = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + point, whole);
    (void)end;
    if (error != std::errc{} || whole > most / size) return std::nullopt;
    double rest = 0;
    if (point < number.size()) {
        const std::string fraction = "0" + std::string(number.substr(point));
        rest = decimal(fraction) * static_cast<double>(size) + 0.5;
    }
    const auto more = static_cast<std::uint64_t>(rest);
    if (more > most - whole * size) return std::nullopt;
    return whole * size + more;
}

// What the five quantities have in common when they complain.
struct QuantityWords {
    std::string_view name;      // "a duration"
    std::string_view examples;  // "\"250ms\" or \"1.5s\""
    std::string_view units;     // "ns, us, ms"
    std::string_view prefix;    // "$"
    std::string_view suffixes[2];
};

constexpr std::string_view kLikeShares = "write \"99.9%\" or 0.999";
constexpr QuantityWords kDuration = {
    "a duration", "\"250ms\" or \"1.5s\"", "ns, us, ms, s, min, h, d", "", {"ms", "s"}};
constexpr QuantityWords kBytes = {"a size",
                                  "\"64KiB\" or \"2GB\"",
                                  "B, KiB, MiB, GiB, TiB, PiB, kB, MB, GB, TB, PB",
                                  "",
                                  {"KiB", "MiB"}};
constexpr QuantityWords kRate = {
    "a rate", "\"500/s\" or \"2/h\"", "/s, /min, /h, /d", "", {"/s", "/min"}};
constexpr QuantityWords kPrice = {
    "a price", "\"$0.10/h\" or \"$70/month\"", "/h, /min, /d, /month", "$", {"/h", "/month"}};

std::optional<double> number_of(const Json& json) {
    if (const auto* value = std::get_if<std::uint64_t>(&json.content)) {
        return static_cast<double>(*value);
    }
    if (const auto* value = std::get_if<std::int64_t>(&json.content)) {
        return static_cast<double>(*value);
    }
    if (const auto* value = std::get_if<double>(&json.content)) return *value;
    return std::nullopt;
}

std::string like(const QuantityWords& quantity) {
    return fmt::format("write {}", quantity.examples);
}

bool refuse_bare_number(const Cursor& cursor, const QuantityWords& quantity) {
    const double number = *number_of(cursor.json());
    const auto with = [&](std::string_view suffix) {
        return fmt::format("\"{}{}{}\"", quantity.prefix, text_of(number), suffix);
    };
    const bool usable = number >= 0 && number < 1e15;
    return cursor.problem(fmt::format("{} needs its unit", quantity.name),
                          usable ? fmt::format("write {} or {}", with(quantity.suffixes[0]),
                                               with(quantity.suffixes[1]))
                                 : like(quantity));
}

// The number and unit of a quantity's text, or a problem.
std::optional<Written> written(const Cursor& cursor, const QuantityWords& quantity) {
    if (cursor.is_number()) {
        refuse_bare_number(cursor, quantity);
        return std::nullopt;
    }
    if (cursor.text() == nullptr) {
        cursor.expected(quantity.name, like(quantity));
        return std::nullopt;
    }
    std::string_view text = *cursor.text();
    if (text.starts_with('-') || text.starts_with("$-")) {
        cursor.problem(fmt::format("{} cannot be negative", quantity.name), like(quantity));
        return std::nullopt;
    }
    const bool prefixed = text.starts_with(quantity.prefix);
    if (prefixed) text.remove_prefix(quantity.prefix.size());
    const std::optional<Written> result = number_and_unit(text);
    if (!prefixed || !result) {
        cursor.problem(fmt::format("{} is not {}", in_quotes(*cursor.text()), quantity.name),
                       like(quantity));
        return std::nullopt;
    }
    return result;
}

bool refuse_unit(const Cursor& cursor, const QuantityWords& quantity, const Written& text) {
    const std::string_view unit = text.unit;
    if (unit.empty()) {
        return cursor.problem(fmt::format("{} needs its unit", quantity.name), like(quantity));
    }
    if (unit.size() > 1 && (unit[0] == 'e' || unit[0] == 'E') &&
        (is_digit(unit[1]) || unit[1] == '-' || unit[1] == '+')) {
        return cursor.problem(fmt::format("{} is written without an exponent", quantity.name),
                              like(quantity));
    }
    const std::string hint = unit_hint(quantity.name, quantity.units, text.number, unit);
    return cursor.problem(fmt::format("{} is not a unit of {}", in_quotes(unit), quantity.name),
                          hint.empty() ? fmt::format("its units are {}", quantity.units) : hint);
}

template <class Units>
auto unit_named(const Units& units, std::string_view name) {
    const auto* found = units.data();
    while (found != units.data() + units.size() && found->name != name) ++found;
    return found == units.data() + units.size() ? nullptr : found;
}

std::optional<std::uint64_t> parse_whole(const Cursor& cursor, const QuantityWords& quantity,
                                         std::span<const Unit> units, std::uint64_t most,
                                         std::string_view longest) {
    const std::optional<Written> text = written(cursor, quantity);
    if (!text) return std::nullopt;
    const Unit* const unit = unit_named(units, text->unit);
    if (unit == nullptr) {
        refuse_unit(cursor, quantity, *text);
        return std::nullopt;
    }
    const std::optional<std::uint64_t> value = whole_units(text->number, unit->size, most);
    if (!value) cursor.problem(fmt::format("{} is at most {}", quantity.name, longest));
    return value;
}

bool finite(const Cursor& cursor, const QuantityWords& quantity, double value) {
    if (std::isfinite(value)) return true;
    return cursor.problem(fmt::format("{} cannot be that large", quantity.name));
}

// Of several ways to write a quantity, the first of the shortest that reads back exactly.
class Shortest {
public:
    void offer(std::string text, bool exact) {
        if (exact && (best_.empty() || text.size() < best_.size())) best_ = std::move(text);
    }
    bool found() const { return !best_.empty(); }
    std::string take() { return std::move(best_); }

private:
    std::string best_;
};

// "1.5" from 1'500'000'000 with a unit of nine decimals.
std::string with_decimals(std::uint64_t count, std::uint64_t size) {
    std::string result = std::to_string(count / size);
    std::uint64_t rest = count % size;
    if (rest == 0) return result;
    result += '.';
    while (rest != 0) {
        size /= 10;
        result += static_cast<char>('0' + rest / size);
        rest %= size;
    }
    return result;
}

}  // namespace

bool parse_quantity(const Cursor& cursor, sim::Duration& out) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto value = parse_whole(cursor, kDuration, kDurations, kMost, "292 years");
    if (value) out = sim::Duration(static_cast<std::int64_t>(*value));
    return value.has_value();
}

bool parse_quantity(const Cursor& cursor, sim::Bytes& out) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    const auto value = parse_whole(cursor, kBytes, kSizes, kMost, "16384PiB");
    if (value) out = sim::Bytes{*value};
    return value.has_value();
}

bool parse_quantity(const Cursor& cursor, sim::Rate& out) {
    const std::optional<Written> text = written(cursor, kRate);
    if (!text) return false;
    const Unit* const unit = unit_named(kRates, text->unit);
    if (unit == nullptr) return refuse_unit(cursor, kRate, *text);
    const double value = decimal(text->number) / static_cast<double>(unit->size);
    if (!finite(cursor, kRate, value)) return false;
    out = sim::Rate{value};
    return true;
}

bool parse_quantity(const Cursor& cursor, sim::Price& out) {
    const std::optional<Written> text = written(cursor, kPrice);
    if (!text) return false;
    const Period* const period = unit_named(kPrices, text->unit);
    if (period == nullptr) return refuse_unit(cursor, kPrice, *text);
    const double value = decimal(text->number) / period->hours;
    if (!finite(cursor, kPrice, value)) return false;
    out = sim::Price{value};
    return true;
}

bool parse_quantity(const Cursor& cursor, sim::Fraction& out) {
    std::optional<double> value = number_of(cursor.json());
    if (const std::string* const text = cursor.text()) {
        const std::optional<Written> parts = number_and_unit(*text);
        if (!parts || parts->unit != "%") {
            return cursor.problem(fmt::format("{} is not a share", in_quotes(*text)),
                                  std::string(kLikeShares));
        }
        value = decimal(std::string(parts->number) + "e-2");
    }
    if (!value) return cursor.expected("a share", std::string(kLikeShares));
    if (!(*value >= 0 && *value <= 1)) {
        return cursor.problem("a share lies between 0 and 1, or \"0%\" and \"100%\"",
                              std::string(kLikeShares));
    }
    out = sim::Fraction{*value};
    return true;
}

std::string text_of(double number) {
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                   std::chars_format::fixed);
    return {buffer.data(), end.ptr};
}

// Whole days, hours and minutes as such; else the largest decimal unit that is not above it.
std::string text_of(sim::Duration duration) {
    if (duration.count() <= 0) return "0s";
    const auto count = static_cast<std::uint64_t>(duration.count());
    for (std::size_t i = kDurations.size(); i-- > 0;) {
        const Unit& unit = kDurations[i];
        const bool decimal_unit = unit.size <= kSecond;
        if (count % unit.size == 0 || (decimal_unit && count > unit.size)) {
            return with_decimals(count, unit.size) + std::string(unit.name);
        }
    }
    return {};
}

std::string text_of(sim::Bytes bytes) {
    Shortest shortest;
    for (const Unit& unit : kSizes) {
        const std::string number = std::to_string(bytes.count / unit.size);
        shortest.offer(number + std::string(unit.name), bytes.count % unit.size == 0);
    }
    return shortest.take();
}

std::string text_of(sim::Rate rate) {
    Shortest shortest;
    for (const Unit& unit : kRates) {
        const auto seconds = static_cast<double>(unit.size);
        const std::string number = text_of(rate.per_second * seconds);
        const bool exact = decimal(number) / seconds == rate.per_second;
        shortest.offer(number + std::string(unit.name), exact);
    }
    return shortest.take();
}

std::string text_of(sim::Price price) {
    Shortest shortest;
    for (const Period& period : kPrices) {
        const std::string number = text_of(price.usd_per_hour * period.hours);
        const bool exact = decimal(number) / period.hours == price.usd_per_hour;
        shortest.offer("$" + number + std::string(period.name), exact);
    }
    return shortest.take();
}

// The digits of the share with the point moved by two places: the percentage that reads back
// exactly.
std::string text_of(sim::Fraction fraction) {
    std::string digits = text_of(fraction.value);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    if (point < digits.size()) digits.erase(point, 1);
    digits.append(digits.size() < point + 2 ? point + 2 - digits.size() : 0, '0');
    if (digits.size() > point + 2) digits.insert(point + 2, ".");
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), point + 1);
    return digits.substr(zeros) + "%";
}

}  // namespace models::spec
