#include "tools/range.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include "models/spec/json/printable.h"
#include "sim/math.h"

namespace tools {

namespace {

constexpr std::size_t kMostValues = 10'000;

struct Quantity {
    double number = 0;
    std::string unit;  // "ms", "/s", "%", or none
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "100", "1.5ms", "20/s", "80%". A slash begins a unit only when a letter follows.
std::optional<Quantity> take_quantity(std::string_view& text) {
    Quantity quantity;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), quantity.number,
                                        std::chars_format::fixed);
    if (result.ec != std::errc() || !std::isfinite(quantity.number)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
    std::size_t end = 0;
    if (text.starts_with('%')) {
        end = 1;
    } else {
        if (text.size() > 1 && text[0] == '/' && is_letter(text[1])) end = 1;
        while (end < text.size() && is_letter(text[end])) ++end;
    }
    quantity.unit = text.substr(0, end);
    text.remove_prefix(end);
    return quantity;
}

// How one value leads to the next, or how many there are.
struct Step {
    enum class Kind { one, add, multiply, count, count_factors } kind = Kind::one;
    Quantity by{1, ""};
};

std::optional<Step> take_step(std::string_view& text) {
    Step step;
    if (text.empty()) return step;
    using Kind = Step::Kind;
    for (const auto& [sign, kind] : {std::pair{std::string_view("*/"), Kind::count_factors},
                                     std::pair{std::string_view("*"), Kind::multiply},
                                     std::pair{std::string_view("/"), Kind::count},
                                     std::pair{std::string_view(":"), Kind::add}}) {
        if (!text.starts_with(sign)) continue;
        text.remove_prefix(sign.size());
        const auto by = take_quantity(text);
        if (!by) return std::nullopt;
        step.kind = kind;
        step.by = *by;
        return step;
    }
    return std::nullopt;
}

struct Range {
    Quantity low;
    Quantity high;
    Step step;
};

// Twelve digits hide what adding steps does to the last ones.
std::string text_of(double value, const std::string& unit) {
    return fmt::format("{:.12g}{}", value, unit);
}

bool is_whole(double value) {
    return std::floor(value) == value;
}

std::string why_wrong(const Range& range) {
    using Kind = Step::Kind;
    const double low = range.low.number;
    const double high = range.high.number;
    const double by = range.step.by.number;
    if (!(low < high)) return "its end is not above its begin";
    switch (range.step.kind) {
        case Kind::one:
            return is_whole(low) && is_whole(high) && range.high.unit.empty()
                       ? ""
                       : "it needs a step, as in 10ms..50ms:5ms";
        case Kind::add:
            return by > 0 ? "" : "its step is not above 0";
        case Kind::multiply:
            if (!(low > 0)) return "factors need a begin above 0";
            return by > 1 && range.step.by.unit.empty() ? "" : "its factor is not above 1";
        case Kind::count_factors:
            if (!(low > 0)) return "factors need a begin above 0";
            [[fallthrough]];
        case Kind::count:
            return is_whole(by) && by >= 2 && range.step.by.unit.empty()
                       ? ""
                       : "the number of its values is no whole number from 2 up";
    }
    return {};
}

// The n-th value, however it is stepped; beyond the end when there is none.
double value_at(const Range& range, std::size_t n) {
    using Kind = Step::Kind;
    const auto i = static_cast<double>(n);
    const double low = range.low.number;
    const double high = range.high.number;
    const double by = range.step.by.number;
    switch (range.step.kind) {
        case Kind::one:
            return low + i;
        case Kind::add:
            return low + i * by;
        case Kind::multiply:
            return low * sim::pow(by, i);
        case Kind::count:
            return low + (high - low) * i / (by - 1);
        case Kind::count_factors:
            break;
    }
    return i == by - 1 ? high : low * sim::pow(high / low, i / (by - 1));
}

}  // namespace

std::optional<std::vector<std::string>> values_of_range(const std::string& text,
                                                        std::string& problem) {
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos) return std::nullopt;
    std::string_view rest = std::string_view(text).substr(0, dots);
    Range range;
    const auto low = take_quantity(rest);
    if (!low || !rest.empty()) return std::nullopt;
    rest = std::string_view(text).substr(dots + 2);
    const auto high = take_quantity(rest);
    if (!high) return std::nullopt;
    const auto step = take_step(rest);
    if (!step || !rest.empty()) {
        problem = fmt::format(
            "the range {} goes on with what is no step\n    write 10..50:5, "
            "1..64*2, 0..1/11 (so many, evenly) or 1ms..1s*/7 (by factors)",
            models::spec::in_quotes(text));
        return std::nullopt;
    }
    range = {*low, *high, *step};
    if (range.low.unit.empty()) range.low.unit = range.high.unit;
    const bool is_sum = step->kind == Step::Kind::add;
    const bool units_agree = range.low.unit == range.high.unit &&
                             (!is_sum || step->by.unit.empty() || step->by.unit == high->unit);
    std::string wrong = units_agree ? why_wrong(range) : "its ends and step have different units";
    std::vector<std::string> values;
    const double end = range.high.number * (1 + 1e-9) + (range.high.number == 0 ? 1e-12 : 0);
    for (std::size_t n = 0; wrong.empty(); ++n) {
        const double value = value_at(range, n);
        if (value > end) break;
        if (n == kMostValues) wrong = fmt::format("it has more than {} values", kMostValues);
        const std::string next = text_of(value, range.high.unit);
        if (values.empty() || values.back() != next) values.push_back(next);
    }
    if (wrong.empty()) return values;
    problem = fmt::format("the range {} cannot be gone through: {}", models::spec::in_quotes(text),
                          wrong);
    return std::nullopt;
}

}  // namespace tools
