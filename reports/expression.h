// What must hold at the end of a run, in a line: "p(99) < 250ms", "db.utilisation <= 80%",
// "availability[320] < 1.05 * availability[20]".
//
// Everything wrong with an expression is found before any run: names are looked up and dimensions
// checked when it is parsed (the grammar is in expression_parser.cpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/figures.h"
#include "reports/value.h"

namespace reports {

struct ExpressionError {
    std::size_t offset = 0;  // in the expression, in bytes
    std::string message;
    std::string hint;
    std::string unknown;             // the word that is not known, and those that are
    std::vector<std::string> known;  // in its place
};

// Nothing can be said of requests that were never made: neither that p(99) is below 250ms nor that
// it is not.
enum class Answer { holds, fails, undefined };

class Expression {
public:
    // The summary of a variant; "" is the only one where there are no variants.
    using Results = std::function<const Summary&(const std::string& variant)>;

    struct Part;

    static std::optional<Expression> parse(std::string_view text, const Vocabulary& vocabulary,
                                           ExpressionError& error);

    // A number rather than a statement: "p(99.5)", "db.utilisation", "cost / succeeded".
    static std::optional<Expression> parse_quantity(std::string_view text,
                                                    const Vocabulary& vocabulary,
                                                    ExpressionError& error);

    const std::string& text() const { return text_; }
    Dimension dimension() const;
    Answer ask(const Results& results) const;

    // Whether it is several statements, joined by "and".
    bool is_joined() const;

    // What every comparison of the statement has to spare, when they are joined by "and" alone:
    // "p(99) < 200ms" holds while 200ms - p(99) is above zero. Empty for any other statement.
    struct Room;
    std::vector<Room> rooms() const;

    // Both sides of a comparison; none of any other statement.
    struct Sides;
    std::optional<Sides> sides(const Results& results) const;

    // The parts of a run that it asks about, which a summary has to know beforehand.
    std::vector<TimeWindow> windows() const;

    // The left side of a comparison: what is shown as the value; else the whole.
    Value value(const Results& results) const;

private:
    std::string text_;
    std::shared_ptr<const Part> root_;
};

// Those of all of them.
std::vector<TimeWindow> windows_of(const std::vector<Expression>& expressions);

struct Expression::Sides {
    Value left;
    Value right;
};

struct Expression::Room {
    Expression to_spare;       // a quantity
    bool may_be_none = false;  // "<=" holds at zero, "<" does not
};

}  // namespace reports
