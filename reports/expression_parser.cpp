// Recursive descent, one function a line of the grammar:
//
//   statement  := or
//   or         := and ("or" and)*
//   and        := not ("and" not)*
//   not        := "not" not | comparison
//   comparison := sum (("<" | "<=" | ">" | ">=" | "==") sum)?
//   sum        := product (("+" | "-") product)*
//   product    := factor (("*" | "/") factor)*
//   factor     := number | figure | "(" or ")" | "-" factor | abs(or) | min(or, or) | max(or, or)
//   figure     := [node "." [by "." part "."]] word ["(" [percent] ")"] ["[" variant "]"]
#include "reports/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace reports {

namespace {

using Part = Expression::Part;
using Kind = Part::Kind;
using PartPtr = std::shared_ptr<const Part>;

// So that neither parsing nor evaluating runs out of stack, whatever the text.
constexpr std::size_t kLongest = 4000;
constexpr int kDeepest = 100;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word_byte(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

PartPtr join(Kind kind, PartPtr left, PartPtr right, Dimension dimension) {
    auto part = std::make_shared<Part>();
    part->kind = kind;
    part->left = std::move(left);
    part->right = std::move(right);
    part->dimension = dimension;
    return part;
}

std::vector<std::string> names_of(const std::vector<Figure>& figures) {
    std::vector<std::string> names;
    for (const Figure& each : figures) names.push_back(each.name);
    return names;
}

class Parser {
public:
    Parser(std::string_view text, const Vocabulary& vocabulary, ExpressionError& error)
        : text_(text), vocabulary_(vocabulary), error_(error) {}

    PartPtr statement() {
        if (text_.size() > kLongest) return fail(kLongest, "the expression is too long");
        PartPtr part = either();
        skip();
        if (part && at_ < text_.size()) return fail_at_rest();
        if (part && part->dimension != Dimension::truth) {
            return fail(0, "this is a number, not a statement that can hold",
                        "compare it with something, as in \"p(99) < 250ms\"");
        }
        return part;
    }

    PartPtr quantity() {
        if (text_.size() > kLongest) return fail(kLongest, "the expression is too long");
        PartPtr part = sum();
        skip();
        if (part && at_ < text_.size()) {
            return fail(at_, "expected a quantity, as in \"p(99)\", and nothing after it");
        }
        if (part && part->dimension == Dimension::truth) {
            return fail(0, "this is a statement, not a quantity");
        }
        return part;
    }

private:
    PartPtr fail(std::size_t offset, std::string message, std::string hint = {}) {
        if (error_.message.empty()) {
            error_.offset = offset;
            error_.message = std::move(message);
            error_.hint = std::move(hint);
        }
        return nullptr;
    }
    PartPtr fail_unknown(std::size_t offset, std::string_view word, std::string message,
                         std::vector<std::string> known) {
        if (!error_.message.empty()) return nullptr;
        fail(offset, std::move(message));
        error_.unknown = word;
        error_.known = std::move(known);
        return nullptr;
    }
    PartPtr fail_at_rest() {
        const std::string_view rest = text_.substr(at_);
        std::string hint;
        if (rest.starts_with("&")) hint = "write and";
        if (rest.starts_with("|")) hint = "write or";
        if (rest.starts_with("=")) hint = "write == or <= or >=";
        if (rest.starts_with("!")) hint = "write not (a == b)";
        if (rest.starts_with("<") || rest.starts_with(">")) hint = "write a < b and b < c";
        return fail(at_, "unexpected text after the expression", hint);
    }

    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    bool take(std::string_view token) {
        skip();
        if (!text_.substr(at_).starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    bool take_word(std::string_view word) {
        skip();
        if (!text_.substr(at_).starts_with(word)) return false;
        const std::size_t end = at_ + word.size();
        if (end < text_.size() && is_word_byte(text_[end])) return false;
        at_ = end;
        return true;
    }

    // --- statements ---

    PartPtr need_truth(PartPtr part, std::size_t offset) {
        if (part && part->dimension != Dimension::truth) {
            return fail(offset, fmt::format("expected a statement here, found {}",
                                            name_of(part->dimension)));
        }
        return part;
    }

    PartPtr either() {
        skip();
        const std::size_t begin = at_;
        PartPtr left = both();
        while (left && take_word("or")) {
            skip();
            const std::size_t middle = at_;
            left = need_truth(left, begin);
            const PartPtr right = need_truth(both(), middle);
            if (!left || !right) return nullptr;
            left = join(Kind::either, left, right, Dimension::truth);
        }
        return left;
    }
    PartPtr both() {
        const std::size_t begin = at_;
        PartPtr left = inverted();
        while (left && take_word("and")) {
            skip();
            const std::size_t middle = at_;
            left = need_truth(left, begin);
            const PartPtr right = need_truth(inverted(), middle);
            if (!left || !right) return nullptr;
            left = join(Kind::both, left, right, Dimension::truth);
        }
        return left;
    }
    PartPtr inverted() {
        if (!take_word("not")) return comparison();
        if (++depth_ > kDeepest) return fail(at_, "nested too deeply");
        skip();
        const std::size_t begin = at_;
        PartPtr inner = need_truth(inverted(), begin);
        --depth_;
        return inner ? join(Kind::invert, inner, nullptr, Dimension::truth) : nullptr;
    }

    PartPtr comparison() {
        PartPtr left = sum();
        if (!left) return nullptr;
        skip();
        const std::size_t sign = at_;
        const std::optional<Kind> kind = comparison_sign();
        if (!kind) return left;
        PartPtr right = sum();
        if (!right || !alike(*left, *right, sign, "compare")) return nullptr;
        if (is_bare_percentage(*left, *right) || is_bare_percentage(*right, *left)) {
            return fail(sign, "a share is at most 1, or 100%", "write the unit, as in 99.9%");
        }
        return join(*kind, left, right, Dimension::truth);
    }
    std::optional<Kind> comparison_sign() {
        if (take("<=")) return Kind::less_equal;
        if (take(">=")) return Kind::greater_equal;
        if (take("==")) return Kind::equal;
        if (take("<")) return Kind::less;
        if (take(">")) return Kind::greater;
        return std::nullopt;
    }

    // "availability >= 99.9" can never hold; 99.9% was meant.
    static bool is_bare_percentage(const Part& number, const Part& share) {
        return number.kind == Kind::number && number.dimension == Dimension::plain &&
               number.number > 1 && share.kind == Kind::figure &&
               share.dimension == Dimension::share;
    }

    bool alike(const Part& left, const Part& right, std::size_t offset, std::string_view verb) {
        const Dimension a = left.dimension;
        const Dimension b = right.dimension;
        if (a != Dimension::truth && (a == b || (is_factor(a) && is_factor(b)))) return true;
        const bool lacks_unit = (a == Dimension::plain) != (b == Dimension::plain) &&
                                a != Dimension::truth && b != Dimension::truth;
        fail(offset, fmt::format("cannot {} {} with {}", verb, name_of(a), name_of(b)),
             lacks_unit ? "write the unit, as in 250ms, 500/s or $5" : "");
        return false;
    }

    // --- numbers ---

    PartPtr sum() {
        PartPtr left = product();
        while (left) {
            skip();
            const std::size_t sign = at_;
            const bool adds = take("+");
            if (!adds && !take("-")) break;
            PartPtr right = product();
            if (!right || !alike(*left, *right, sign, "combine")) return nullptr;
            left = join(adds ? Kind::add : Kind::subtract, left, right, left->dimension);
        }
        return left;
    }

    PartPtr product() {
        PartPtr left = factor();
        while (left) {
            skip();
            const std::size_t sign = at_;
            const bool multiplies = take("*");
            if (!multiplies && !take("/")) break;
            PartPtr right = factor();
            if (!right) return nullptr;
            left = multiplies ? times(left, right, sign) : over(left, right, sign);
        }
        return left;
    }
    PartPtr times(PartPtr left, PartPtr right, std::size_t sign) {
        const Dimension a = left->dimension;
        const Dimension b = right->dimension;
        std::optional<Dimension> dimension;
        if (is_factor(b)) dimension = a;
        if (is_factor(a)) dimension = a == b || b == Dimension::plain ? a : b;
        if ((a == Dimension::rate && b == Dimension::time) ||
            (a == Dimension::time && b == Dimension::rate)) {
            dimension = Dimension::plain;
        }
        if (!dimension || a == Dimension::truth || b == Dimension::truth) {
            return fail(sign, fmt::format("cannot multiply {} by {}", name_of(a), name_of(b)));
        }
        return join(Kind::multiply, left, right, *dimension);
    }
    PartPtr over(PartPtr left, PartPtr right, std::size_t sign) {
        const Dimension a = left->dimension;
        const Dimension b = right->dimension;
        std::optional<Dimension> dimension;
        if (is_factor(b)) dimension = a;
        if (a == b) dimension = Dimension::plain;
        if (a == Dimension::plain && b == Dimension::time) dimension = Dimension::rate;
        if (a == Dimension::plain && b == Dimension::rate) dimension = Dimension::time;
        if (!dimension || a == Dimension::truth || b == Dimension::truth) {
            return fail(sign, fmt::format("cannot divide {} by {}", name_of(a), name_of(b)));
        }
        return join(Kind::divide, left, right, *dimension);
    }

    PartPtr factor() {
        if (++depth_ > kDeepest) return fail(at_, "nested too deeply");
        PartPtr part = bare_factor();
        --depth_;
        return part;
    }
    PartPtr bare_factor() {
        skip();
        if (at_ >= text_.size()) return fail(at_, "the expression ends here, a value is missing");
        if (take("(")) {
            PartPtr inner = either();
            if (inner && !take(")")) return fail(at_, "expected )");
            return inner;
        }
        const std::size_t sign = at_;
        if (take("-")) {
            PartPtr inner = factor();
            if (!inner) return nullptr;
            if (inner->dimension == Dimension::truth) return fail(sign, "write not, instead of -");
            return join(Kind::negate, inner, nullptr, inner->dimension);
        }
        const char first = text_[at_];
        if (first == '$' || first == '.' || is_digit(first)) return number();
        return name();
    }

    PartPtr number() {
        const std::size_t begin = at_;
        const bool is_money = take("$");
        auto part = std::make_shared<Part>();
        const std::string_view rest = text_.substr(at_);
        const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), part->number);
        if (result.ec != std::errc() || !std::isfinite(part->number) || part->number < 0) {
            return fail(begin, "not a number");
        }
        at_ += static_cast<std::size_t>(result.ptr - rest.data());
        if (is_money) part->dimension = Dimension::money;
        return is_money || take_unit(*part) ? part : nullptr;
    }

    // The unit may stand apart: "99.9 %". A slash begins one only when a unit of time follows and
    // no figure: "offered / s.offered" divides.
    bool take_unit(Part& part) {
        std::size_t begin = at_;
        while (begin < text_.size() && text_[begin] == ' ') ++begin;
        std::size_t end = begin;
        if (end < text_.size() && (text_[end] == '/' || text_[end] == '%')) ++end;
        while (end < text_.size() && text_[begin] != '%' && is_word_byte(text_[end])) ++end;
        const std::string_view written = text_.substr(begin, end - begin);
        const bool is_figure = end < text_.size() && (text_[end] == '(' || text_[end] == '.');
        const std::optional<Value> found = is_figure ? std::nullopt : unit(written);
        if (found) {
            part.number *= found->number;
            part.dimension = found->dimension;
            at_ = end;
            return true;
        }
        if (begin > at_ || written.empty() || written.front() == '/') return true;
        fail(at_, fmt::format("unknown unit \"{}\"", written), known_units());
        return false;
    }

    // --- names ---

    // Names of nodes may have a - in them, figures have none: "failed-db.failed" subtracts unless
    // there is a node "failed-db".
    std::string_view node_name() {
        std::size_t end = at_;
        while (end < text_.size() && (is_word_byte(text_[end]) || text_[end] == '-')) ++end;
        if (end >= text_.size() || text_[end] != '.') return {};
        const std::string_view name = text_.substr(at_, end - at_);
        if (const std::string_view part = part_name(end); !part.empty()) return part;
        const std::string_view first = name.substr(0, name.find('-'));
        const bool is_known = vocabulary_.node(name) != nullptr;
        return is_known || first == name || !is_figure(first) ? name : std::string_view{};
    }
    // "clients.segment.premium": two more words, if together they name a part of a node's requests.
    std::string_view part_name(std::size_t end) const {
        for (int words = 0; words < 2; ++words) {
            if (end >= text_.size() || text_[end] != '.') return {};
            ++end;
            while (end < text_.size() && (is_word_byte(text_[end]) || text_[end] == '-')) ++end;
        }
        if (end >= text_.size() || text_[end] != '.') return {};
        const std::string_view name = text_.substr(at_, end - at_);
        return vocabulary_.node(name) != nullptr ? name : std::string_view{};
    }
    bool is_figure(std::string_view word) const {
        return std::ranges::find(vocabulary_.run, word, &Figure::name) != vocabulary_.run.end();
    }
    std::string_view word() {
        skip();
        std::size_t end = at_;
        while (end < text_.size() && is_word_byte(text_[end])) ++end;
        const std::string_view found = text_.substr(at_, end - at_);
        at_ = end;
        return found;
    }

    PartPtr name() {
        const std::size_t begin = at_;
        auto part = std::make_shared<Part>();
        part->kind = Kind::figure;
        part->asked.node = node_name();
        const std::vector<Figure>* figures = &vocabulary_.run;
        if (!part->asked.node.empty()) {
            const NodeWords* const node = vocabulary_.node(part->asked.node);
            if (node == nullptr) return unknown_node(begin, part->asked.node);
            figures = &node->figures;
            at_ = begin + part->asked.node.size() + 1;
        }
        const std::size_t figure_at = at_;
        part->asked.figure = word();
        if (part->asked.figure.empty()) return fail(figure_at, "a value is missing here");
        if (part->asked.node.empty() && is_function(part->asked.figure)) {
            return function(part->asked.figure);
        }
        const auto figure = std::ranges::find(*figures, part->asked.figure, &Figure::name);
        if (figure == figures->end()) return unknown_figure(figure_at, *part, *figures);
        part->dimension = figure->dimension;
        return arguments(*part) && variant(*part) ? part : nullptr;
    }

    PartPtr unknown_node(std::size_t offset, const std::string& node) {
        std::vector<std::string> names;
        for (const NodeWords& each : vocabulary_.nodes) names.push_back(each.node);
        return fail_unknown(offset, node, fmt::format("there is no node \"{}\"", node), names);
    }
    PartPtr unknown_figure(std::size_t offset, const Part& part,
                           const std::vector<Figure>& figures) {
        const std::string where =
            part.asked.node.empty() ? "" : fmt::format(" of {}", part.asked.node);
        return fail_unknown(offset, part.asked.figure,
                            fmt::format("there is no figure \"{}\"{}", part.asked.figure, where),
                            names_of(figures));
    }

    bool arguments(Part& part) {
        const bool is_percentile = part.asked.figure == "p";
        if (!take("(")) {
            if (is_percentile) fail(at_, "p needs a percentile", "write p(99)");
            return !is_percentile;
        }
        if (is_percentile && !percentile(part)) return false;
        if (take(")")) return true;
        fail(at_, "expected )");
        return false;
    }
    bool percentile(Part& part) {
        skip();
        const std::string_view rest = text_.substr(at_);
        double& percent = part.asked.percent;
        const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), percent);
        if (result.ec != std::errc() || !(percent >= 0 && percent <= 100)) {
            fail(at_, "expected a percentile from 0 to 100", "write p(99)");
            return false;
        }
        at_ += static_cast<std::size_t>(result.ptr - rest.data());
        return true;
    }

    bool variant(Part& part) {
        skip();
        const std::size_t begin = at_;
        const std::vector<std::string>& known = vocabulary_.variants;
        if (!take("[")) {
            if (known.empty()) return true;
            fail(begin, "of which variant?",
                 fmt::format("write {}[{}]", part.asked.figure, known.front()));
            return false;
        }
        const std::size_t close = text_.find(']', at_);
        if (close == std::string_view::npos) {
            fail(begin, "expected ]");
            return false;
        }
        const std::size_t inside = at_;
        part.variant = text_.substr(at_, close - at_);
        at_ = close + 1;
        if (std::ranges::find(known, part.variant) != known.end()) return true;
        fail_unknown(inside, part.variant, fmt::format("there is no variant \"{}\"", part.variant),
                     known);
        return false;
    }

    // "max()" is the slowest request, "max(a, b)" the greater of two.
    bool is_function(std::string_view word) {
        if (word != "abs" && word != "min" && word != "max") return false;
        std::size_t next = at_;
        while (next < text_.size() && text_[next] == ' ') ++next;
        if (next >= text_.size() || text_[next] != '(') return word != "max";
        ++next;
        while (next < text_.size() && text_[next] == ' ') ++next;
        return word != "max" || (next < text_.size() && text_[next] != ')');
    }
    PartPtr function(std::string_view called) {
        if (!take("(")) return fail(at_, fmt::format("expected ( after {}", called));
        PartPtr left = either();
        if (!left) return nullptr;
        if (called == "abs") {
            if (left->dimension == Dimension::truth) return fail(at_, "abs is of a number");
            if (!take(")")) return fail(at_, "expected )");
            return join(Kind::abs, left, nullptr, left->dimension);
        }
        skip();
        const std::size_t comma = at_;
        if (!take(",")) return fail(at_, "expected a comma");
        PartPtr right = either();
        if (!right || !alike(*left, *right, comma, "compare")) return nullptr;
        if (!take(")")) return fail(at_, "expected )");
        return join(called == "min" ? Kind::min : Kind::max, left, right, left->dimension);
    }

    std::string_view text_;
    const Vocabulary& vocabulary_;
    ExpressionError& error_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

std::shared_ptr<const Expression::Part> parse_expression(std::string_view text,
                                                         const Vocabulary& vocabulary,
                                                         ExpressionError& error) {
    return Parser(text, vocabulary, error).statement();
}

std::shared_ptr<const Expression::Part> parse_quantity(std::string_view text,
                                                       const Vocabulary& vocabulary,
                                                       ExpressionError& error) {
    return Parser(text, vocabulary, error).quantity();
}

}  // namespace reports
