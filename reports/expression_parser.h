// The parts of a parsed expression, and the parser that finds them.
#pragma once

#include <memory>

#include "reports/expression.h"

namespace reports {

struct Expression::Part {
    enum class Kind {
        number,
        figure,
        negate,
        invert,
        add,
        subtract,
        multiply,
        divide,
        less,
        less_equal,
        greater,
        greater_equal,
        equal,
        both,
        either,
        abs,
        min,
        max
    };
    Kind kind = Kind::number;
    Dimension dimension = Dimension::plain;
    double number = 0;
    Asked asked;          // figure
    std::string variant;  // figure
    std::shared_ptr<const Part> left;
    std::shared_ptr<const Part> right;
};

// Null, with the error, when the text is no statement.
std::shared_ptr<const Expression::Part> parse_expression(std::string_view text,
                                                         const Vocabulary& vocabulary,
                                                         ExpressionError& error);

// Null, with the error, when the text is no quantity.
std::shared_ptr<const Expression::Part> parse_quantity(std::string_view text,
                                                       const Vocabulary& vocabulary,
                                                       ExpressionError& error);

}  // namespace reports
