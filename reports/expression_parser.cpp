// Recursive descent, one function a line of the grammar:
//
//   statement  := or
//   or         := and ("or" and)*
//   and        := not ("and" not)*
//   not        := "not" not | comparison
//   comparison := sum (("<" | "<=" | ">" | ">=" | "==") sum)?
//   sum        := product (("+" | "-") product)*
//   product    := factor (("*" | "/") factor)*
//   factor     := number | figure | "(" or ")" | "-" factor | abs(or) | ("min" | "max") "(" or (","
//   or)+ ")" figure     := [node "." [by "." part "."]] word ["." ("p" | "mean" | "max")]
//                 ["(" [percent] ")"] ["[" variant "]"] [window]
//   window     := "during" time ".." time | "after" time
#include "reports/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "reports/expression_names.h"
#include "reports/expression_scanner.h"

namespace reports {

namespace {

using Part = Expression::Part;
using Kind = Part::Kind;
using PartPtr = std::shared_ptr<const Part>;

// So that neither parsing nor evaluating runs out of stack, whatever the text.
constexpr std::size_t kLongest = 4000;
constexpr int kDeepest = 100;

PartPtr join(Kind kind, PartPtr left, PartPtr right, Dimension dimension) {
    auto part = std::make_shared<Part>();
    part->kind = kind;
    part->left = std::move(left);
    part->right = std::move(right);
    part->dimension = dimension;
    return part;
}

class Parser {
public:
    Parser(std::string_view text, const Vocabulary& vocabulary, ExpressionError& error)
        : scanner_(text, error), vocabulary_(vocabulary) {}

    PartPtr statement() {
        if (scanner_.text().size() > kLongest) return fail_at_length();
        PartPtr part = either();
        scanner_.skip();
        if (part && !scanner_.at_end()) return fail_at_rest();
        if (part && part->dimension != Dimension::truth) {
            return scanner_.fail(0, "this is a number, not a statement that can hold",
                                 "compare it with something, as in \"p(99) < 250ms\"");
        }
        return part;
    }

    PartPtr quantity() {
        if (scanner_.text().size() > kLongest) return fail_at_length();
        PartPtr part = sum();
        scanner_.skip();
        if (part && !scanner_.at_end()) {
            return scanner_.fail(scanner_.at(),
                                 "expected a quantity, as in \"p(99)\", and nothing after it");
        }
        if (part && part->dimension == Dimension::truth) {
            return scanner_.fail(0, "this is a statement, not a quantity");
        }
        return part;
    }

private:
    PartPtr fail_at_length() { return scanner_.fail(kLongest, "the expression is too long"); }
    PartPtr fail_at_rest() {
        const std::string_view rest = scanner_.rest();
        std::string hint;
        if (rest.starts_with("&")) hint = "write and";
        if (rest.starts_with("|")) hint = "write or";
        if (rest.starts_with("=")) hint = "write == or <= or >=";
        if (rest.starts_with("!")) hint = "write not (a == b)";
        if (rest.starts_with("<") || rest.starts_with(">")) hint = "write a < b and b < c";
        const std::size_t at = scanner_.at();
        if (const std::string_view word = scanner_.word(); !word.empty()) {
            return scanner_.fail_unknown(at, word, "unexpected text after the expression",
                                         {"and", "or", "during", "after"});
        }
        return scanner_.fail(at, "unexpected text after the expression", hint);
    }

    // --- statements ---

    PartPtr need_truth(PartPtr part, std::size_t offset) {
        if (part && part->dimension != Dimension::truth) {
            return scanner_.fail(offset, fmt::format("expected a statement here, found {}",
                                                     name_of(part->dimension)));
        }
        return part;
    }

    PartPtr either() {
        scanner_.skip();
        const std::size_t begin = scanner_.at();
        PartPtr left = both();
        while (left && scanner_.take_word("or")) {
            scanner_.skip();
            const std::size_t middle = scanner_.at();
            left = need_truth(left, begin);
            const PartPtr right = need_truth(both(), middle);
            if (!left || !right) return nullptr;
            left = join(Kind::either, left, right, Dimension::truth);
        }
        return left;
    }
    PartPtr both() {
        const std::size_t begin = scanner_.at();
        PartPtr left = inverted();
        while (left && scanner_.take_word("and")) {
            scanner_.skip();
            const std::size_t middle = scanner_.at();
            left = need_truth(left, begin);
            const PartPtr right = need_truth(inverted(), middle);
            if (!left || !right) return nullptr;
            left = join(Kind::both, left, right, Dimension::truth);
        }
        return left;
    }
    PartPtr inverted() {
        if (!scanner_.take_word("not")) return comparison();
        if (++depth_ > kDeepest) return scanner_.fail(scanner_.at(), "nested too deeply");
        scanner_.skip();
        const std::size_t begin = scanner_.at();
        PartPtr inner = need_truth(inverted(), begin);
        --depth_;
        return inner ? join(Kind::invert, inner, nullptr, Dimension::truth) : nullptr;
    }

    PartPtr comparison() {
        PartPtr left = sum();
        if (!left) return nullptr;
        scanner_.skip();
        const std::size_t sign = scanner_.at();
        const std::optional<Kind> kind = comparison_sign();
        if (!kind) return left;
        PartPtr right = sum();
        if (!right || !alike(*left, *right, sign, "compare")) return nullptr;
        if (is_bare_percentage(*left, *right) || is_bare_percentage(*right, *left)) {
            return scanner_.fail(sign, "a share is at most 1, or 100%",
                                 "write the unit, as in 99.9%");
        }
        return join(*kind, left, right, Dimension::truth);
    }
    std::optional<Kind> comparison_sign() {
        if (scanner_.take("<=")) return Kind::less_equal;
        if (scanner_.take(">=")) return Kind::greater_equal;
        if (scanner_.take("==")) return Kind::equal;
        if (scanner_.take("<")) return Kind::less;
        if (scanner_.take(">")) return Kind::greater;
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
        scanner_.fail(offset, fmt::format("cannot {} {} with {}", verb, name_of(a), name_of(b)),
                      lacks_unit ? "write the unit, as in 250ms, 500/s or $5" : "");
        return false;
    }

    // --- numbers ---

    PartPtr sum() {
        PartPtr left = product();
        while (left) {
            scanner_.skip();
            const std::size_t sign = scanner_.at();
            const bool adds = scanner_.take("+");
            if (!adds && !scanner_.take("-")) break;
            PartPtr right = product();
            if (!right || !alike(*left, *right, sign, "combine")) return nullptr;
            left = join(adds ? Kind::add : Kind::subtract, left, right, left->dimension);
        }
        return left;
    }

    PartPtr product() {
        PartPtr left = factor();
        while (left) {
            scanner_.skip();
            const std::size_t sign = scanner_.at();
            const bool multiplies = scanner_.take("*");
            if (!multiplies && !scanner_.take("/")) break;
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
            return scanner_.fail(sign,
                                 fmt::format("cannot multiply {} by {}", name_of(a), name_of(b)));
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
            return scanner_.fail(sign,
                                 fmt::format("cannot divide {} by {}", name_of(a), name_of(b)));
        }
        return join(Kind::divide, left, right, *dimension);
    }

    PartPtr factor() {
        if (++depth_ > kDeepest) return scanner_.fail(scanner_.at(), "nested too deeply");
        PartPtr part = bare_factor();
        --depth_;
        return part;
    }
    PartPtr bare_factor() {
        scanner_.skip();
        if (scanner_.at_end())
            return scanner_.fail(scanner_.at(), "the expression ends here, a value is missing");
        if (scanner_.take("(")) {
            PartPtr inner = either();
            if (inner && !scanner_.take(")")) return scanner_.fail(scanner_.at(), "expected )");
            return inner;
        }
        const std::size_t sign = scanner_.at();
        if (scanner_.take("-")) {
            PartPtr inner = factor();
            if (!inner) return nullptr;
            if (inner->dimension == Dimension::truth)
                return scanner_.fail(sign, "write not, instead of -");
            return join(Kind::negate, inner, nullptr, inner->dimension);
        }
        const char first = scanner_.text()[scanner_.at()];
        if (first == '$' || first == '.' || is_digit(first)) return number();
        return function_or_figure();
    }

    PartPtr number() {
        const std::size_t begin = scanner_.at();
        const bool is_money = scanner_.take("$");
        auto part = std::make_shared<Part>();
        const std::string_view rest = scanner_.rest();
        const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), part->number);
        if (result.ec != std::errc() || !std::isfinite(part->number) || part->number < 0) {
            return scanner_.fail(begin, "not a number");
        }
        scanner_.go_to(scanner_.at() + static_cast<std::size_t>(result.ptr - rest.data()));
        if (is_money) part->dimension = Dimension::money;
        return is_money || take_unit(*part) ? part : nullptr;
    }

    // The unit may stand apart: "99.9 %". A slash begins one only when a unit of time follows and
    // no figure: "offered / s.offered" divides.
    bool take_unit(Part& part) {
        std::size_t begin = scanner_.at();
        while (begin < scanner_.text().size() && scanner_.text()[begin] == ' ') ++begin;
        std::size_t end = begin;
        if (end < scanner_.text().size() &&
            (scanner_.text()[end] == '/' || scanner_.text()[end] == '%'))
            ++end;
        while (end < scanner_.text().size() && scanner_.text()[begin] != '%' &&
               is_word_byte(scanner_.text()[end]))
            ++end;
        const std::string_view written = scanner_.text().substr(begin, end - begin);
        const bool is_figure = end < scanner_.text().size() &&
                               (scanner_.text()[end] == '(' || scanner_.text()[end] == '.');
        const std::optional<Value> found = is_figure ? std::nullopt : unit(written);
        if (found) {
            part.number *= found->number;
            part.dimension = found->dimension;
            scanner_.go_to(end);
            return true;
        }
        if (begin > scanner_.at() || written.empty() || written.front() == '/') return true;
        scanner_.fail(scanner_.at(), fmt::format("unknown unit \"{}\"", written), known_units());
        return false;
    }

    PartPtr function_or_figure() {
        const std::size_t begin = scanner_.at();
        const std::string_view called = scanner_.word();
        if (is_function(called)) return function(called);
        scanner_.go_to(begin);
        return read_figure(scanner_, vocabulary_);
    }
    // "max()" is the slowest request, "max(a, b)" the greater of two or more, "max.offered"
    // a node's figure.
    bool is_function(std::string_view word) {
        if (word != "abs" && word != "min" && word != "max") return false;
        const std::size_t after = scanner_.at();
        const bool is_call = scanner_.take("(");
        const bool is_empty = is_call && scanner_.take(")");
        const bool is_node = scanner_.rest().starts_with(".") || scanner_.rest().starts_with("-");
        scanner_.go_to(after);
        return word == "max" ? is_call && !is_empty : is_call || !is_node;
    }
    std::size_t next() {
        scanner_.skip();
        return scanner_.at();
    }
    // Of one number, or the least or the greatest of two or more.
    PartPtr function(std::string_view called) {
        if (!scanner_.take("("))
            return scanner_.fail(scanner_.at(), fmt::format("expected ( after {}", called));
        PartPtr left = either();
        if (!left) return nullptr;
        if (called == "abs") {
            if (left->dimension == Dimension::truth)
                return scanner_.fail(scanner_.at(), "abs is of a number");
            if (!scanner_.take(")")) return scanner_.fail(scanner_.at(), "expected )");
            return join(Kind::abs, left, nullptr, left->dimension);
        }
        const Kind kind = called == "min" ? Kind::min : Kind::max;
        bool has_two = false;
        for (std::size_t comma = next(); scanner_.take(","); comma = next()) {
            const PartPtr right = either();
            if (!right || !alike(*left, *right, comma, "compare")) return nullptr;
            left = join(kind, left, right, left->dimension);
            has_two = true;
        }
        if (!has_two) return scanner_.fail(scanner_.at(), "expected a comma");
        if (!scanner_.take(")")) return scanner_.fail(scanner_.at(), "expected )");
        return left;
    }

    Scanner scanner_;
    const Vocabulary& vocabulary_;
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
