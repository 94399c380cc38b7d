#include "models/spec/json/document.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

// Follows nlohmann's parser through the text. A SAX event does not say where its token began, but
// the tokens come in order: from the end of one, the next begins after blanks, comments, commas and
// colons, all of which the parser has accepted already.
class TokenCursor {
public:
    TokenCursor(std::string_view text, std::uint32_t source, std::size_t offset) : text_(text) {
        place_ = {source, 1, 1, static_cast<std::uint32_t>(offset)};
    }

    SourceLocation next_token() {
        skip_to_token();
        return place_;
    }

    SourceLocation pass_token() {
        const SourceLocation begin = next_token();
        const char first = at(0);
        step();
        if (first == '"') {
            pass_string();
        } else if (!is_bracket(first)) {
            while (is_word(at(0))) step();
        }
        return begin;
    }

    SourceLocation go_to(std::size_t offset) {
        while (place_.offset < std::min(offset, text_.size())) step();
        return place_;
    }

private:
    static bool is_bracket(char c) { return c == '{' || c == '}' || c == '[' || c == ']'; }
    static bool is_word(char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    }
    static bool is_between(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
    }

    char at(std::size_t ahead) const {
        const std::size_t i = place_.offset + ahead;
        return i < text_.size() ? text_[i] : '\0';
    }

    void step() {
        if (place_.offset >= text_.size()) return;
        const char c = text_[place_.offset++];
        if (c == '\n') {
            ++place_.line;
            place_.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            ++place_.column;
        }
    }

    void skip_to_token() {
        for (;;) {
            if (is_between(at(0))) {
                step();
            } else if (at(0) == '/') {
                skip_comment();
            } else {
                return;
            }
        }
    }

    void skip_comment() {
        const bool line_comment = at(1) == '/';
        const std::string_view end = line_comment ? "\n" : "*/";
        const std::size_t found = text_.find(end, place_.offset + 2);
        go_to(found == std::string_view::npos ? text_.size() : found + end.size());
    }

    void pass_string() {
        while (place_.offset < text_.size() && at(0) != '"') {
            if (at(0) == '\\') step();
            step();
        }
        step();
    }

    std::string_view text_;
    SourceLocation place_;
};

// Builds the tree from the parser's events. Returning false stops the parser: after a syntax error,
// too deep a nesting or too many values there is nothing more to learn from the text.
class Reader {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    Reader(std::string_view text, std::uint32_t source, std::size_t begin, Problems& problems)
        : text_(text), begin_(begin), tokens_(text, source, begin), problems_(problems) {}

    std::optional<Json> take() {
        return finished_ ? std::optional(std::move(root_)) : std::nullopt;
    }

    bool null() { return add(Json(), tokens_.pass_token()); }
    bool boolean(bool value) { return add(Json(value), tokens_.pass_token()); }
    bool number_integer(number_integer_t value) { return add(Json(value), tokens_.pass_token()); }
    bool number_unsigned(number_unsigned_t value) { return add(Json(value), tokens_.pass_token()); }
    bool number_float(number_float_t value, const string_t&) {
        return add(Json(value), tokens_.pass_token());
    }
    bool string(string_t& value) { return add(Json(std::move(value)), tokens_.pass_token()); }
    bool binary(binary_t&) { return false; }

    bool start_object(std::size_t) { return open(Json(Json::Object{})); }
    bool start_array(std::size_t) { return open(Json(Json::List{})); }

    bool key(string_t& name) {
        open_.back()->object()->push_back({std::move(name), {}, tokens_.pass_token()});
        return true;
    }

    bool end_object() {
        report_duplicates(*open_.back()->object());
        return end_array();
    }

    bool end_array() {
        tokens_.pass_token();
        open_.pop_back();
        finished_ = open_.empty();
        return true;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception& error) {
        const std::string reason = reason_of(error.what());
        const SourceLocation place = error_place(position, reason);
        problems_.add(
            {place, pointer(open_.size()), message_of(reason), hint_of(place.offset, reason)});
        finished_ = false;
        return false;
    }

private:
    bool add(Json value, SourceLocation place) {
        if (++values_ > kMostValues) {
            return refuse(place, fmt::format("more than {} values", kMostValues));
        }
        value.place = place;
        insert(std::move(value));
        finished_ = open_.empty();
        return true;
    }

    bool open(Json container) {
        const SourceLocation place = tokens_.pass_token();
        if (open_.size() == kDeepestNesting) {
            return refuse(place, fmt::format("nested more than {} levels deep", kDeepestNesting));
        }
        if (!add(std::move(container), place)) return false;
        open_.push_back(last_);
        finished_ = false;
        return true;
    }

    void insert(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            last_ = &root_;
        } else if (Json::List* const list = open_.back()->list()) {
            list->push_back(std::move(value));
            last_ = &list->back();
        } else {
            Json& slot = open_.back()->object()->back().value;
            slot = std::move(value);
            last_ = &slot;
        }
    }

    bool refuse(const SourceLocation& place, std::string message) {
        problems_.add({place, {}, std::move(message), {}});
        finished_ = false;
        return false;
    }

    void report_duplicates(const Json::Object& members) {
        std::vector<const Member*> by_name(members.size());
        std::ranges::transform(members, by_name.begin(), [](const Member& m) { return &m; });
        std::ranges::stable_sort(by_name, {},
                                 [](const Member* m) -> std::string_view { return m->name; });
        for (std::size_t i = 1; i < by_name.size(); ++i) {
            const Member& first = *by_name[i - 1];
            const Member& again = *by_name[i];
            if (first.name != again.name) continue;
            problems_.add({again.place, pointer_to(pointer(open_.size() - 1), again.name),
                           fmt::format("{} is given twice", in_quotes(again.name)),
                           fmt::format("it is already at line {}", first.place.line)});
        }
    }

    // Leads through the latest member of the outermost open values. Names are long only in hostile
    // files, whose pointers nobody needs.
    std::string pointer(std::size_t levels) const {
        std::string result;
        for (std::size_t i = 0; i < levels && result.size() < 1000; ++i) {
            const Json* const json = open_[i];
            if (const Json::List* const list = json->list()) {
                if (!list->empty()) result = pointer_to(result, list->size() - 1);
            } else if (!json->object()->empty()) {
                result = pointer_to(result, json->object()->back().name);
            }
        }
        return result;
    }

    // "[json...] parse error at line 1, column 9: syntax error while parsing object - REASON".
    static std::string reason_of(std::string_view what) {
        const std::size_t dash = what.find(" - ");
        if (dash != std::string_view::npos) what.remove_prefix(dash + 3);
        return std::string(what.substr(0, what.find("; last read")));
    }

    // A token that cannot stand here is shown from its start; where a token is broken, or the wrong
    // bracket or comma, the parser has just read the character to blame.
    SourceLocation error_place(std::size_t position, std::string_view reason) const {
        TokenCursor cursor = tokens_;
        const bool whole_token = reason.find(" literal") < reason.find("; expected") ||
                                 reason.find("overflow") != std::string_view::npos;
        return whole_token ? cursor.next_token() : cursor.go_to(begin_ + position - 1);
    }

    static std::string message_of(std::string_view reason) {
        if (reason.find("UTF-8") != std::string_view::npos) return "this is not valid UTF-8";
        if (reason.find("overflow") != std::string_view::npos) return "the number is too large";
        if (reason.starts_with("unexpected end of input")) return "the text ends too early";
        return fmt::format("this is not JSON: {}", reason);
    }

    // "name: shop", or "---".
    static bool is_yaml(std::string_view text) {
        if (text.starts_with("---")) return true;
        const std::size_t end = text.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-0123456789");
        return end != 0 && end != std::string_view::npos && text[end] == ':';
    }

    std::string hint_of(std::size_t offset, std::string_view reason) const {
        const char here = offset < text_.size() ? text_[offset] : '\0';
        std::string_view before = text_.substr(0, offset);
        before = before.substr(0, before.find_last_not_of(" \t\r\n") + 1);
        const bool after_comma = before.ends_with(',');
        const bool in_object = !open_.empty() && open_.back()->object() != nullptr;
        const auto says = [&](std::string_view words) {
            return reason.find(words) != std::string_view::npos;
        };
        if (says("unexpected end of input") && !open_.empty()) {
            return fmt::format("the bracket of line {}, column {} is never closed",
                               open_.back()->place.line, open_.back()->place.column);
        }
        if (here == '#') return "a comment begins with //, or stands between /* and */";
        if (open_.empty() && is_yaml(text_.substr(std::min(offset, text_.size())))) {
            return "this looks like YAML, and a scenario is JSON: yq -o json turns one into the "
                   "other";
        }
        if (after_comma && (here == '}' || here == ']')) return "remove the comma before it";
        if (in_object && (after_comma || before.ends_with('{'))) {
            return "names stand in double quotes";
        }
        if (says("invalid literal")) return "texts stand in double quotes";
        if (says("; expected '}'") || says("; expected ']'"))
            return "is a comma missing before it?";
        if (says("; expected end of input"))
            return "a document is one value; nothing may follow it";
        return {};
    }

    std::string_view text_;
    std::size_t begin_;
    TokenCursor tokens_;
    Problems& problems_;
    Json root_;
    Json* last_ = nullptr;
    std::vector<Json*> open_;
    std::size_t values_ = 0;
    bool finished_ = false;
};

// What can be said of a text before it is read. Empty when nothing speaks against reading it.
std::string why_unreadable(std::string_view text) {
    if (text.size() > kLargestText) {
        return fmt::format("too large: a scenario has at most {} MiB", kLargestText >> 20U);
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return "this is UTF-16; save it as UTF-8";
    }
    if (text.find('\0') != std::string_view::npos) return "there are NUL bytes in it: not a text";
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return "there is nothing in it";
    return {};
}

}  // namespace

std::optional<Json> read_from(std::string_view text, std::uint32_t source, std::size_t offset,
                              Problems& problems) {
    constexpr bool kStrict = true;
    constexpr bool kComments = true;
    Reader reader(text, source, offset, problems);
    nlohmann::json::sax_parse(text.begin() + static_cast<std::ptrdiff_t>(offset), text.end(),
                              &reader, nlohmann::json::input_format_t::json, kStrict, kComments);
    return reader.take();
}

Json read(std::string name, std::string text, Problems& problems) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (std::string reason = why_unreadable(text); !reason.empty()) {
        const std::uint32_t source = problems.add_source(std::move(name), {});
        problems.add({{source, 0, 0, 0}, {}, std::move(reason), {}});
        return {};
    }
    const std::uint32_t source = problems.add_source(std::move(name), std::move(text));
    return read_from(problems.source(source).text, source, 0, problems).value_or(Json());
}

}  // namespace models::spec
