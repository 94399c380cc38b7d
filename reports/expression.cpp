#include "reports/expression.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/expression_parser.h"
#include "reports/statistics/undefined.h"

namespace reports {

namespace {

using Part = Expression::Part;
using Kind = Part::Kind;

bool is_comparison(Kind kind) {
    return kind >= Kind::less && kind <= Kind::equal;
}

// 30s, 30000ms and a latency of 3 * 10^10 ns are the same, though their last bits are not: each was
// rounded once or twice on its way to seconds.
bool is_same(double left, double right) {
    constexpr double kRounding = 1e-14;
    return left == right ||
           std::abs(left - right) <= kRounding * std::max(std::abs(left), std::abs(right));
}

// What failed is above any time; of two that failed neither is below the other, nor are they equal.
double compare(Kind kind, double left, double right) {
    if (std::isnan(left) || std::isnan(right)) return kUndefined;
    if (std::isinf(left) && left == right) return 0;
    if (std::isinf(left) || std::isinf(right)) {
        const bool is_less = kind == Kind::less || kind == Kind::less_equal;
        return kind != Kind::equal && is_less == (left < right);
    }
    const bool same = is_same(left, right);
    switch (kind) {
        case Kind::less:
            return left < right && !same;
        case Kind::less_equal:
            return left < right || same;
        case Kind::greater:
            return left > right && !same;
        case Kind::greater_equal:
            return left > right || same;
        default:
            return same;
    }
}

// Kleene's logic: what is undefined decides only where the other side leaves it open.
double both(double left, double right) {
    if (left == 0 || right == 0) return 0;
    return std::isnan(left) || std::isnan(right) ? kUndefined : 1;
}
double either(double left, double right) {
    if (left == 1 || right == 1) return 1;
    return std::isnan(left) || std::isnan(right) ? kUndefined : 0;
}

double combine(Kind kind, double left, double right) {
    if (is_comparison(kind)) return compare(kind, left, right);
    switch (kind) {
        case Kind::add:
            return left + right;
        case Kind::subtract:
            return left - right;
        case Kind::multiply:
            return left * right;
        case Kind::divide:
            return right == 0 ? kUndefined : left / right;
        case Kind::both:
            return both(left, right);
        case Kind::either:
            return either(left, right);
        case Kind::min:
            return std::isnan(right) ? right : std::min(left, right);
        case Kind::max:
            return std::isnan(right) ? right : std::max(left, right);
        default:
            return kUndefined;
    }
}

double evaluate(const Part& part, const Expression::Results& results) {
    switch (part.kind) {
        case Kind::number:
            return part.number;
        case Kind::figure:
            return value_of(part.asked, results(part.variant));
        case Kind::negate:
            return -evaluate(*part.left, results);
        case Kind::invert:
            return 1 - evaluate(*part.left, results);
        case Kind::abs:
            return std::abs(evaluate(*part.left, results));
        default:
            return combine(part.kind, evaluate(*part.left, results),
                           evaluate(*part.right, results));
    }
}

}  // namespace

std::optional<Expression> Expression::parse(std::string_view text, const Vocabulary& vocabulary,
                                            ExpressionError& error) {
    error = {};
    Expression expression;
    expression.text_ = text;
    expression.root_ = parse_expression(text, vocabulary, error);
    if (!expression.root_) return std::nullopt;
    return expression;
}

std::optional<Expression> Expression::parse_quantity(std::string_view text,
                                                     const Vocabulary& vocabulary,
                                                     ExpressionError& error) {
    error = {};
    Expression expression;
    expression.text_ = text;
    expression.root_ = reports::parse_quantity(text, vocabulary, error);
    if (!expression.root_) return std::nullopt;
    return expression;
}

Dimension Expression::dimension() const {
    return root_->dimension;
}

Answer Expression::ask(const Results& results) const {
    const double truth = evaluate(*root_, results);
    if (std::isnan(truth)) return Answer::undefined;
    return truth == 1 ? Answer::holds : Answer::fails;
}

bool Expression::is_joined() const {
    return root_->kind == Kind::both;
}

std::vector<Expression::Room> Expression::rooms() const {
    std::vector<Room> rooms;
    std::vector<std::shared_ptr<const Part>> rest = {root_};
    while (!rest.empty()) {
        const std::shared_ptr<const Part> part = rest.back();
        rest.pop_back();
        if (part->kind == Kind::both) {
            rest.push_back(part->right);
            rest.push_back(part->left);
            continue;
        }
        if (!is_comparison(part->kind) || part->kind == Kind::equal) return {};
        const bool is_below = part->kind == Kind::less || part->kind == Kind::less_equal;
        auto room = std::make_shared<Part>();
        room->kind = Kind::subtract;
        room->dimension = part->left->dimension;
        room->left = is_below ? part->right : part->left;
        room->right = is_below ? part->left : part->right;
        Expression to_spare;
        to_spare.text_ = text_;
        to_spare.root_ = std::move(room);
        rooms.push_back({std::move(to_spare),
                         part->kind == Kind::less_equal || part->kind == Kind::greater_equal});
    }
    return rooms;
}

namespace {

Value value_of(const Part& part, const Expression::Results& results) {
    Value value{evaluate(part, results), part.dimension};
    if (part.kind == Kind::figure && std::isinf(value.number)) {
        value.waited_s = waited_of(part.asked, results(part.variant));
    }
    return value;
}

}  // namespace

std::optional<Expression::Sides> Expression::sides(const Results& results) const {
    if (!is_comparison(root_->kind)) return std::nullopt;
    return Sides{value_of(*root_->left, results), value_of(*root_->right, results)};
}

std::vector<TimeWindow> Expression::windows() const {
    std::vector<TimeWindow> windows;
    std::vector<const Part*> rest = {root_.get()};
    while (!rest.empty()) {
        const Part* const part = rest.back();
        rest.pop_back();
        if (part->asked.window) windows.push_back(*part->asked.window);
        if (part->left) rest.push_back(part->left.get());
        if (part->right) rest.push_back(part->right.get());
    }
    return windows;
}

std::vector<TimeWindow> windows_of(const std::vector<Expression>& expressions) {
    std::vector<TimeWindow> all;
    for (const Expression& each : expressions) {
        for (const TimeWindow& window : each.windows()) {
            if (std::ranges::find(all, window) == all.end()) all.push_back(window);
        }
    }
    return all;
}

Value Expression::value(const Results& results) const {
    return value_of(is_comparison(root_->kind) ? *root_->left : *root_, results);
}

}  // namespace reports
