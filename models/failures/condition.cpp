#include "models/failures/condition.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "models/failures/target.h"

namespace models {

namespace {

constexpr std::string_view kAnd = " and ";

std::string_view without_spaces(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// "100", "90%", "250ms".
std::optional<double> value_of(std::string_view text) {
    struct Unit {
        std::string_view name;
        double size;
    };
    constexpr std::array kUnits = {Unit{"", 1},  Unit{"%", 0.01}, Unit{"ms", 0.001},
                                   Unit{"s", 1}, Unit{"min", 60}, Unit{"h", 3600}};
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
    const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
    for (const Unit& each : kUnits) {
        if (unit == each.name) return number * each.size;
    }
    return std::nullopt;
}

// "web.in_flight", or "failures[0].age".
bool parse_subject(std::string_view text, Condition::Term& out) {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos) return false;
    const std::optional<NumberedName> subject = numbered_name(text.substr(0, dot));
    out.figure = text.substr(dot + 1);
    if (!subject || out.figure.empty()) return false;
    if (!subject->number) {
        out.node = subject->name;
        return true;
    }
    out.failure = subject->number;
    return subject->name == "failures" && out.figure == Condition::kAge;
}

std::optional<Condition::Term> term_of(std::string_view text) {
    const std::size_t at = text.find_first_of("<>");
    if (at == std::string_view::npos) return std::nullopt;
    const bool is_above = text[at] == '>';
    const bool or_equal = at + 1 < text.size() && text[at + 1] == '=';
    Condition::Term term;
    const auto value = value_of(without_spaces(text.substr(at + (or_equal ? 2 : 1))));
    if (!value || !parse_subject(without_spaces(text.substr(0, at)), term)) return std::nullopt;
    using enum Condition::Comparison;
    term.limit = *value;
    term.comparison = is_above ? (or_equal ? at_least : above) : (or_equal ? at_most : below);
    return term;
}

}  // namespace

bool Condition::Term::holds(double value) const {
    switch (comparison) {
        case Comparison::above:
            return value > limit;
        case Comparison::at_least:
            return value >= limit;
        case Comparison::below:
            return value < limit;
        case Comparison::at_most:
            return value <= limit;
    }
    return false;
}

std::optional<Condition> condition_of(std::string_view text) {
    Condition condition{std::string(text), {}};
    for (std::string_view rest = text;;) {
        const std::size_t end = rest.find(kAnd);
        const std::optional<Condition::Term> term = term_of(rest.substr(0, end));
        if (!term) return std::nullopt;
        condition.terms.push_back(*term);
        if (end == std::string_view::npos) return condition;
        rest.remove_prefix(end + kAnd.size());
    }
}

namespace spec {

bool Codec<Condition>::parse(const Cursor& cursor, Condition& out) {
    constexpr std::string_view kExample =
        "write \"web.in_flight > 100\", \"db.cpu_in_use >= 90%\" or \"failures[0].age >= 30s\", "
        "several joined by \"and\"";
    const std::string* const text = cursor.text();
    if (text == nullptr) return cursor.expected("a condition", std::string(kExample));
    std::optional<Condition> condition = condition_of(*text);
    if (!condition) return cursor.problem("not a condition", std::string(kExample));
    out = std::move(*condition);
    return true;
}

}  // namespace spec

}  // namespace models
