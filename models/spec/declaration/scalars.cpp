#include "models/spec/declaration/scalars.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "models/spec/declaration/names.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "models/spec/units/units.h"

namespace models::spec {
namespace {

constexpr double kExactlyWhole = 9007199254740992.0;  // 2^53: every whole double up to here

// Whole numbers may be written as 1e6.
bool is_whole(double value) {
    return std::floor(value) == value && std::fabs(value) <= kExactlyWhole;
}

// "500m" of a core, as Kubernetes writes it; none when it is not that.
std::optional<double> thousandths(const std::string* text) {
    if (text == nullptr || text->size() < 2 || text->size() > 9 || text->back() != 'm') {
        return std::nullopt;
    }
    double value = 0;
    const char* const unit = text->data() + text->size() - 1;
    const auto [end, error] = std::from_chars(text->data(), unit, value);
    if (error != std::errc{} || end != unit) return std::nullopt;
    return value / 1000;
}

// Of "500m", where only whole numbers are known.
std::string whole_hint(double number, const std::string& text) {
    if (is_whole(number)) return fmt::format("write {}", number);
    return fmt::format("\"{}\" is {}, and there are no parts of one here", text, number);
}

// A number that was written as a text is told so; other texts are simply no numbers.
bool refuse_number(const Cursor& cursor, std::string_view what) {
    const std::string* const text = cursor.text();
    if (const auto number = thousandths(text)) {
        return cursor.expected(what, whole_hint(*number, *text));
    }
    const bool numeric = text != nullptr && !text->empty() && text->size() < 20 &&
                         text->find_first_not_of("0123456789.-") == std::string::npos;
    return cursor.expected(what, numeric ? fmt::format("write {} without quotes", *text) : "");
}

bool refuse_range(const Cursor& cursor, std::string_view relation, const std::string& bound) {
    return cursor.problem(fmt::format("must be {} {}", relation, bound));
}

constexpr std::string_view kNumberPattern = "[0-9]+(\\.[0-9]+)?";

}  // namespace

bool parse_bool(const Cursor& cursor, bool& out) {
    const bool* const value = cursor.json().boolean();
    if (value == nullptr) return cursor.expected("true or false");
    out = *value;
    return true;
}

bool parse_text(const Cursor& cursor, std::string& out) {
    if (cursor.text() == nullptr) return cursor.expected("a text");
    out = *cursor.text();
    return true;
}

bool parse_real(const Cursor& cursor, double& out) {
    if (const std::optional<double> value = thousandths(cursor.text())) {
        return cursor.expected("a number", fmt::format("write {}: {} in Kubernetes are so many",
                                                       text_of(*value), *cursor.text()));
    }
    if (!cursor.is_number()) return refuse_number(cursor, "a number");
    const auto& content = cursor.json().content;
    if (const auto* value = std::get_if<std::uint64_t>(&content)) {
        out = static_cast<double>(*value);
    } else if (const auto* negative = std::get_if<std::int64_t>(&content)) {
        out = static_cast<double>(*negative);
    } else {
        out = std::get<double>(content);
    }
    return true;
}

bool parse_unsigned(const Cursor& cursor, std::uint64_t highest, std::uint64_t& out) {
    const auto& content = cursor.json().content;
    std::uint64_t number = 0;
    if (const auto* value = std::get_if<std::uint64_t>(&content)) {
        number = *value;
    } else if (std::holds_alternative<std::int64_t>(content)) {
        return cursor.problem("must not be negative");
    } else if (const auto* real = std::get_if<double>(&content)) {
        if (!is_whole(*real)) return cursor.problem("must be a whole number");
        if (*real < 0) return cursor.problem("must not be negative");
        number = static_cast<std::uint64_t>(*real);
    } else {
        return refuse_number(cursor, "a whole number");
    }
    if (number > highest) return refuse_range(cursor, "at most", std::to_string(highest));
    out = number;
    return true;
}

bool parse_signed(const Cursor& cursor, std::int64_t lowest, std::int64_t highest,
                  std::int64_t& out) {
    const auto& content = cursor.json().content;
    std::int64_t number = 0;
    if (const auto* value = std::get_if<std::uint64_t>(&content)) {
        if (std::cmp_greater(*value, highest)) {
            return refuse_range(cursor, "at most", std::to_string(highest));
        }
        number = static_cast<std::int64_t>(*value);
    } else if (const auto* negative = std::get_if<std::int64_t>(&content)) {
        number = *negative;
    } else if (const auto* real = std::get_if<double>(&content)) {
        if (!is_whole(*real)) return cursor.problem("must be a whole number");
        number = static_cast<std::int64_t>(*real);
    } else {
        return refuse_number(cursor, "a whole number");
    }
    if (number < lowest) return refuse_range(cursor, "at least", std::to_string(lowest));
    if (number > highest) return refuse_range(cursor, "at most", std::to_string(highest));
    out = number;
    return true;
}

// Of a request, as gateways route it: visible characters.
static bool is_path(std::string_view text) {
    return text.starts_with('/') &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '"'; });
}

bool parse_node_ref(const Cursor& cursor, NodeRef& out) {
    const std::string* const text = cursor.text();
    constexpr std::string_view kExample = "write \"orders\" or \"orders.insert\"";
    if (text == nullptr) return cursor.expected("a node's name", std::string(kExample));
    const std::size_t dot = text->find('.');
    const bool has_endpoint = dot != std::string::npos;
    NodeRef ref{text->substr(0, dot), has_endpoint ? text->substr(dot + 1) : ""};
    const bool is_endpoint = is_name(ref.endpoint) || is_path(ref.endpoint);
    const bool valid = is_name(ref.node) && (!has_endpoint || is_endpoint);
    if (!valid) {
        return cursor.problem(fmt::format("{} is not a node's name", in_quotes(*text)),
                              std::string(kExample));
    }
    out = std::move(ref);
    return true;
}

std::size_t parse_word(const Cursor& cursor, const std::vector<std::string_view>& known) {
    const std::string* const text = cursor.text();
    if (text == nullptr) {
        cursor.expected("a word", did_you_mean("", known, "one of"));
        return known.size();
    }
    const auto found = std::ranges::find(known, *text);
    if (found == known.end()) {
        cursor.problem(fmt::format("{} is not known here", in_quotes(*text)),
                       did_you_mean(*text, known, "one of"));
    }
    return static_cast<std::size_t>(found - known.begin());
}

std::string text_of(const NodeRef& ref) {
    return ref.endpoint.empty() ? ref.node : ref.node + '.' + ref.endpoint;
}

Type bool_type() {
    Json schema;
    schema.put("type", "boolean");
    return {"true or false", std::move(schema), {}};
}

Type whole_type(Json lowest, Json highest) {
    Json schema;
    schema.put("type", "integer");
    limit_numbers(schema, {std::move(lowest), std::move(highest)});
    return {"whole number", std::move(schema), {}};
}

Type real_type() {
    Json schema;
    schema.put("type", "number");
    return {"number", std::move(schema), {}};
}

Type any_type() {
    return {"any JSON", Json(Json::Object{}), {}};
}

Type duration_type() {
    return text_type("duration", fmt::format("^{}(ns|us|ms|s|min|h|d)$", kNumberPattern));
}

Type bytes_type() {
    return text_type("size", fmt::format("^{}([KMGTP]i|[kMGTP])?B$", kNumberPattern));
}

Type rate_type() {
    return text_type("rate", fmt::format("^{}/(s|min|h|d)$", kNumberPattern));
}

Type price_type() {
    return text_type("price", fmt::format("^\\$({})/(h|min|d|month)$", kNumberPattern));
}

Type fraction_type() {
    Json number;
    number.put("type", "number");
    limit_numbers(number, {0, 1});
    Json percent = text_type("", fmt::format("^{}%$", kNumberPattern)).schema;
    return {"share", any_of({std::move(number), std::move(percent)}), {}};
}

Type node_ref_type(Edge edge) {
    constexpr std::array<std::string_view, 12> kNames = {
        "node",           "node it calls",       "node it sends to",
        "database",       "lock service",        "topic it publishes to",
        "topic it reads", "queue it takes from", "outbox",
        "database",       "database with a log", "store"};
    return text_type(kNames[static_cast<std::size_t>(edge)], "^[^.]+(\\.([^.]+|/[!-~]*))?$");
}

Type word_type(const std::vector<std::string_view>& names,
               const std::vector<std::string_view>& docs) {
    std::string list;
    Json::List alternatives;
    std::vector<TypeWord> words;
    for (std::size_t i = 0; i < names.size(); ++i) {
        list += fmt::format("{}\"{}\"", i == 0 ? "" : " or ", names[i]);
        words.push_back({std::string(names[i]), std::string(docs[i])});
        alternatives.push_back(bare_word_schema({std::string(names[i]), std::string(docs[i]), {}}));
    }
    return {list, any_of(std::move(alternatives)), {}, std::move(words)};
}

}  // namespace models::spec
