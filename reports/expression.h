// What must hold at the end of a run, in a line: "p(99) < 250ms", "db.utilisation <= 80%",
// "availability[320] < 1.05 * availability[20]".
//
// Numbers carry what they measure (time, share, rate, money, or nothing), and comparing a time with
// a share is an error. Everything wrong with an expression is found before any run: names are
// looked up when it is parsed.
//
//   expression := or; or := and ("or" and)*; and := not ("and" not)*; not := "not" not | comparison
//   comparison := sum (("<" | "<=" | ">" | ">=" | "==") sum)?; sum := product (("+" | "-")
//   product)* product := factor (("*" | "/") factor)* factor := number | name | "(" or ")" | "-"
//   factor | abs(or) | min(or, or) | max(or, or) name := [node "."] figure ["(" percent ")"] ["["
//   variant "]"]
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/summary.h"

namespace reports {

enum class Dimension { plain, time, share, rate, money, truth };

struct Value {
    double number = 0;
    Dimension dimension = Dimension::plain;
};

struct ExpressionError {
    std::size_t offset = 0;  // in the expression
    std::string message;
    std::string hint;
};

// What names an expression may use.
struct Vocabulary {
    std::vector<std::string> nodes;
    std::vector<std::string> variants;  // empty outside of comparisons
};

class Expression {
public:
    // The summary of a variant; "" is the only one where there are no variants.
    using Results = std::function<const Summary&(const std::string& variant)>;

    struct Part;

    static std::optional<Expression> parse(std::string_view text, const Vocabulary& vocabulary,
                                           ExpressionError& error);

    const std::string& text() const { return text_; }
    bool holds(const Results& results) const;

    // The left side of a comparison: what is shown as the value; else the whole.
    Value value(const Results& results) const;

private:
    std::string text_;
    std::shared_ptr<const Part> root_;
};

// "148ms", "99.9%", "1,200/s", "$3.20".
std::string text_of(const Value& value);

}  // namespace reports
