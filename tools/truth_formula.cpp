#include "tools/truth_formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "models/spec/json/json_text.h"
#include "sim/math.h"

namespace tools {

namespace {

namespace spec = models::spec;

bool begins_number(char c) {
    return c >= '0' && c <= '9';
}
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::optional<double> number_of_column(const spec::Json& json) {
    if (const auto* const real = std::get_if<double>(&json.content)) return *real;
    if (const auto* const whole = std::get_if<std::uint64_t>(&json.content)) {
        return static_cast<double>(*whole);
    }
    if (const auto* const whole = std::get_if<std::int64_t>(&json.content)) {
        return static_cast<double>(*whole);
    }
    return std::nullopt;
}

// What a path leads to from here: "nodes[0].mu". A name may itself have dots in it.
const spec::Json* follow(const spec::Json& from, std::string_view path) {
    if (path.empty()) return &from;
    if (path.front() == '[') {
        const std::size_t close = path.find(']');
        std::size_t index = 0;
        if (from.list() == nullptr || close == std::string_view::npos) return nullptr;
        std::from_chars(path.data() + 1, path.data() + close, index);
        if (index >= from.list()->size()) return nullptr;
        return follow((*from.list())[index], path.substr(close + 1));
    }
    if (path.front() == '.') path.remove_prefix(1);
    for (std::size_t end = path.size();; end = path.find_last_of(".[", end - 1)) {
        if (end == std::string_view::npos || end == 0) return nullptr;
        const spec::Json* const found = from.find(path.substr(0, end));
        if (found != nullptr) return follow(*found, path.substr(end));
    }
}

struct Function {
    std::string_view name;
    std::size_t arguments;
    double (*work)(double, double);
};

constexpr Function kFunctions[] = {
    {"sqrt", 1, [](double x, double) { return std::sqrt(x); }},
    {"exp", 1, [](double x, double) { return sim::exp(x); }},
    {"log", 1, [](double x, double) { return sim::log(x); }},
    {"floor", 1, [](double x, double) { return std::floor(x); }},
    {"ceil", 1, [](double x, double) { return std::ceil(x); }},
    {"min", 2, [](double x, double y) { return std::min(x, y); }},
    {"max", 2, [](double x, double y) { return std::max(x, y); }},
};

constexpr int kDeepest = 50;

// A recursive descent: sum of products of powers.
class Reader {
public:
    Reader(std::string_view text, const Columns& columns, std::string& problem)
        : text_(text), columns_(columns), problem_(problem) {}

    std::optional<double> whole() {
        const double value = sum();
        skip();
        if (problem_.empty() && at_ < text_.size()) fail("expected an operator");
        if (!problem_.empty()) return std::nullopt;
        return value;
    }

private:
    double sum() {
        double value = product();
        for (;;) {
            if (take('+')) {
                value += product();
            } else if (take('-')) {
                value -= product();
            } else {
                return value;
            }
        }
    }
    double product() {
        double value = power();
        for (;;) {
            if (take('*')) {
                value *= power();
            } else if (take('/')) {
                value /= power();
            } else {
                return value;
            }
        }
    }
    double power() {
        if (take('-')) return -power();
        const double base = primary();
        if (!take('^')) return base;
        const double exponent = power();
        return sim::pow(base, exponent);
    }
    double primary() {
        skip();
        if (++depth_ > kDeepest) fail("too many brackets");
        if (take('(')) {
            const double value = sum();
            if (!take(')')) fail("a bracket is not closed");
            --depth_;
            return value;
        }
        --depth_;
        if (at_ < text_.size() && begins_number(text_[at_])) return literal();
        if (at_ < text_.size() && begins_name(text_[at_])) return name();
        fail("expected a number or a column");
        return 0;
    }
    double literal() {
        double value = 0;
        const auto [end, error] =
            std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        at_ = static_cast<std::size_t>(end - text_.data());
        return value;
    }
    double name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (begins_name(text_[at_]) || begins_number(text_[at_]) ||
                                      text_[at_] == '.' || text_[at_] == '[' || text_[at_] == ']'))
            ++at_;
        const std::string_view word = text_.substr(begin, at_ - begin);
        const auto function = std::ranges::find(kFunctions, word, &Function::name);
        if (function != std::end(kFunctions) && take('(')) return call(*function);
        const std::optional<spec::Json> found = columns_.find(word);
        const std::optional<double> number = found ? number_of_column(*found) : std::nullopt;
        if (!number) fail(fmt::format("{} is no column with a number", word));
        return number.value_or(0);
    }
    double call(const Function& function) {
        const double first = sum();
        double second = 0;
        if (function.arguments == 2) {
            if (!take(',')) fail("expected two values");
            second = sum();
        }
        if (!take(')')) fail("a bracket is not closed");
        return function.work(first, second);
    }

    void skip() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(char c) {
        skip();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void fail(const std::string& why) {
        if (problem_.empty()) problem_ = fmt::format("\"{}\": {}", text_, why);
        at_ = text_.size();
    }

    std::string_view text_;
    const Columns& columns_;
    std::string& problem_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

// As durations and rates are written: no exponent.
std::string without_exponent(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{:.0f}", value);
    std::string text = fmt::format("{:.12f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    return text.back() == '.' ? text + "0" : text;
}

// One "${...}": what its column is, or a number.
std::optional<spec::Json> worked_out(std::string_view formula, const Columns& columns,
                                     std::string& problem) {
    if (auto column = columns.find(formula)) return column;
    const auto value = value_of(formula, columns, problem);
    if (!value) return std::nullopt;
    const bool is_whole = *value == std::floor(*value) && *value >= 0 && *value < 1e15;
    if (is_whole) return spec::Json(static_cast<std::uint64_t>(*value));
    return spec::Json(*value);
}

std::string text_of_column(const spec::Json& json) {
    if (json.text() != nullptr) return *json.text();
    if (const auto number = number_of_column(json)) return without_exponent(*number);
    return spec::compact_text(json);
}

}  // namespace

std::optional<spec::Json> Columns::find(std::string_view path) const {
    if (const auto known = named_.find(path); known != named_.end()) {
        return spec::Json(known->second);
    }
    for (const spec::Json* const each : around_) {
        if (const spec::Json* const found = follow(*each, path)) return *found;
    }
    return std::nullopt;
}

std::optional<double> value_of(std::string_view formula, const Columns& columns,
                               std::string& problem) {
    std::string own;
    const auto value = Reader(formula, columns, own).whole();
    if (!value) problem = own;
    return value;
}

std::optional<std::string> filled_text(std::string_view text, const Columns& columns,
                                       std::string& problem) {
    std::string filled;
    for (;;) {
        const std::size_t open = text.find("${");
        filled += text.substr(0, open);
        if (open == std::string_view::npos) return filled;
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) {
            problem = fmt::format("\"{}\": ${{ is not closed", text);
            return std::nullopt;
        }
        const auto value = worked_out(text.substr(open + 2, close - open - 2), columns, problem);
        if (!value) return std::nullopt;
        filled += text_of_column(*value);
        text.remove_prefix(close + 1);
    }
}

std::optional<spec::Json> filled(const spec::Json& shape, const Columns& columns,
                                 std::string& problem) {
    if (const std::string* const text = shape.text()) {
        const bool is_one = text->starts_with("${") && text->find('}') == text->size() - 1;
        if (is_one)
            return worked_out(std::string_view(*text).substr(2, text->size() - 3), columns,
                              problem);
        auto words = filled_text(*text, columns, problem);
        if (!words) return std::nullopt;
        return spec::Json(std::move(*words));
    }
    if (const spec::Json::List* const list = shape.list()) {
        spec::Json::List all;
        for (const spec::Json& each : *list) {
            auto value = filled(each, columns, problem);
            if (!value) return std::nullopt;
            all.push_back(std::move(*value));
        }
        return spec::Json(std::move(all));
    }
    if (const spec::Json::Object* const object = shape.object()) {
        spec::Json all{spec::Json::Object{}};
        for (const spec::Member& each : *object) {
            const auto name = filled_text(each.name, columns, problem);
            auto value = filled(each.value, columns, problem);
            if (!name || !value) return std::nullopt;
            all.put(*name, std::move(*value));
        }
        return all;
    }
    return shape;
}

}  // namespace tools
