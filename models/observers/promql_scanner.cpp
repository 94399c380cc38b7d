#include "models/observers/promql_scanner.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace models::promql {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
}

std::nullptr_t Scanner::fail(std::string message, std::string hint) {
    if (error_.message.empty()) error_ = {at_, std::move(message), std::move(hint)};
    return nullptr;
}

void Scanner::skip() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) < 4) ++at_;
}

char Scanner::peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
}

bool Scanner::take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
}

std::string_view Scanner::next_word() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && is_word_byte(text_[end])) ++end;
    return text_.substr(at_, end - at_);
}

bool Scanner::take_word(std::string_view word) {
    if (next_word() != word) return false;
    at_ += word.size();
    return true;
}

bool Scanner::expect(std::string_view token) {
    if (take(token)) return true;
    fail(fmt::format("expected {}", token));
    return false;
}

std::optional<double> Scanner::number() {
    const std::string_view rest = text_.substr(at_);
    double value = 0;
    const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (result.ec != std::errc()) {
        fail("not a number");
        return std::nullopt;
    }
    at_ += static_cast<std::size_t>(result.ptr - rest.data());
    if (at_ < text_.size() && is_word_byte(text_[at_])) {
        fail("a number has no unit here",
             "times are seconds, shares are 0 to 1: write 0.25, not 250ms");
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> Scanner::duration() {
    struct Unit {
        std::string_view name;
        std::int64_t ms;
    };
    constexpr std::array kUnits = {Unit{"ms", 1},
                                   Unit{"s", 1000},
                                   Unit{"m", 60'000},
                                   Unit{"h", 3'600'000},
                                   Unit{"d", 86'400'000},
                                   Unit{"w", 604'800'000},
                                   Unit{"y", 31'536'000'000}};
    constexpr std::int64_t kMost = 1000 * kUnits.back().ms;
    skip();
    std::int64_t sum = 0;
    bool has_any = false;
    while (at_ < text_.size() && is_digit(text_[at_])) {
        std::int64_t count = 0;
        while (at_ < text_.size() && is_digit(text_[at_])) {
            count = std::min(kMost, count * 10 + (text_[at_++] - '0'));
        }
        std::size_t end = at_;
        while (end < text_.size() && text_[end] >= 'a' && text_[end] <= 'z') ++end;
        const std::string_view name = text_.substr(at_, end - at_);
        const auto* unit = std::find_if(kUnits.begin(), kUnits.end(),
                                        [&](const Unit& each) { return each.name == name; });
        if (unit == kUnits.end() || count > kMost / unit->ms) {
            fail("not a duration", "write 30s, 5m, 1h or 30d");
            return std::nullopt;
        }
        sum += count * unit->ms;
        at_ = end;
        has_any = true;
    }
    if (has_any && sum > 0 && sum <= kMost) return sum;
    fail("a duration is expected here", "write 30s, 5m, 1h or 30d");
    return std::nullopt;
}

bool Scanner::quoted(std::string& out) {
    const char quote = peek();
    if (quote != '"' && quote != '\'') {
        fail("a text in quotation marks is expected here");
        return false;
    }
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_++];
    }
    return expect(std::string_view(&quote, 1));
}

bool Scanner::label_list(std::vector<std::string>& labels) {
    if (!expect("(")) return false;
    while (!take(")")) {
        const std::string name(next_word());
        if (name.empty()) {
            fail("a label is expected here");
            return false;
        }
        at_ += name.size();
        labels.push_back(name);
        if (!take(",") && peek() != ')') {
            fail("expected , or )");
            return false;
        }
    }
    return true;
}

}  // namespace models::promql
