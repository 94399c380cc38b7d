#include "reports/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

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
    Value value;       // number
    std::string node;  // figure: empty for what users saw
    std::string figure;
    double percent = 0;  // p(99)
    std::string variant;
    std::shared_ptr<const Part> left;
    std::shared_ptr<const Part> right;
    Dimension dimension = Dimension::plain;
};

namespace {

using Part = Expression::Part;
using Kind = Part::Kind;
using PartPtr = std::shared_ptr<const Part>;

struct Unit {
    std::string_view name;
    double factor;
    Dimension dimension;
};
constexpr std::array kUnits = {
    Unit{"ns", 1e-9, Dimension::time},      Unit{"us", 1e-6, Dimension::time},
    Unit{"ms", 1e-3, Dimension::time},      Unit{"s", 1, Dimension::time},
    Unit{"min", 60, Dimension::time},       Unit{"h", 3600, Dimension::time},
    Unit{"d", 86400, Dimension::time},      Unit{"%", 0.01, Dimension::share},
    Unit{"/s", 1, Dimension::rate},         Unit{"/min", 1.0 / 60, Dimension::rate},
    Unit{"/h", 1.0 / 3600, Dimension::rate}};

struct Figure {
    std::string_view name;
    Dimension dimension;
    bool of_node;  // also node.NAME
    bool of_run;
};
constexpr std::array kFigures = {Figure{"p", Dimension::time, true, true},
                                 Figure{"mean", Dimension::time, true, true},
                                 Figure{"slowest", Dimension::time, true, true},
                                 Figure{"availability", Dimension::share, true, true},
                                 Figure{"availability_by_time", Dimension::share, false, true},
                                 Figure{"throughput", Dimension::rate, true, true},
                                 Figure{"offered", Dimension::plain, true, true},
                                 Figure{"succeeded", Dimension::plain, true, true},
                                 Figure{"failed", Dimension::plain, true, true},
                                 Figure{"rejected", Dimension::plain, true, true},
                                 Figure{"timed_out", Dimension::plain, true, true},
                                 Figure{"in_flight", Dimension::plain, true, true},
                                 Figure{"cost", Dimension::money, true, true},
                                 Figure{"cost_per_month", Dimension::money, false, true},
                                 Figure{"utilisation", Dimension::share, true, false},
                                 Figure{"connections_in_use", Dimension::share, true, false},
                                 Figure{"waiting_peak", Dimension::plain, true, false},
                                 Figure{"instances", Dimension::plain, true, false},
                                 Figure{"memory_peak", Dimension::share, true, false},
                                 Figure{"out_of_memory", Dimension::plain, true, false},
                                 Figure{"connections_peak", Dimension::plain, true, false}};

std::string_view name_of(Dimension dimension) {
    constexpr std::array<std::string_view, 6> kNames = {
        "a plain number", "a time", "a share", "a rate", "an amount of money", "a statement"};
    return kNames[static_cast<std::size_t>(dimension)];
}

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

class Parser {
public:
    Parser(std::string_view text, const Vocabulary& vocabulary, ExpressionError& error)
        : text_(text), vocabulary_(vocabulary), error_(error) {}

    PartPtr whole() {
        PartPtr part = either();
        skip();
        if (part && at_ < text_.size()) return fail(at_, "unexpected text after the expression");
        if (part && part->dimension != Dimension::truth) {
            return fail(0, "this is a number, not a statement that can hold",
                        "compare it with something, as in \"p(99) < 250ms\"");
        }
        return part;
    }

private:
    static constexpr int kDeepest = 100;

    PartPtr fail(std::size_t offset, std::string message, std::string hint = {}) {
        if (error_.message.empty()) error_ = {offset, std::move(message), std::move(hint)};
        return nullptr;
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

    PartPtr join(Kind kind, PartPtr left, PartPtr right, Dimension dimension) {
        auto part = std::make_shared<Part>();
        part->kind = kind;
        part->left = std::move(left);
        part->right = std::move(right);
        part->dimension = dimension;
        return part;
    }

    PartPtr need_truth(PartPtr part, std::size_t offset) {
        if (part && part->dimension != Dimension::truth) {
            return fail(offset, "expected a statement here, found " +
                                    std::string(name_of(part->dimension)));
        }
        return part;
    }

    PartPtr either() {
        const std::size_t begin = at_;
        PartPtr left = both();
        while (left && take_word("or")) {
            left = need_truth(left, begin);
            PartPtr right = need_truth(both(), at_);
            if (!left || !right) return nullptr;
            left = join(Kind::either, left, right, Dimension::truth);
        }
        return left;
    }
    PartPtr both() {
        const std::size_t begin = at_;
        PartPtr left = inverted();
        while (left && take_word("and")) {
            left = need_truth(left, begin);
            PartPtr right = need_truth(inverted(), at_);
            if (!left || !right) return nullptr;
            left = join(Kind::both, left, right, Dimension::truth);
        }
        return left;
    }
    PartPtr inverted() {
        if (!take_word("not")) return comparison();
        const std::size_t begin = at_;
        if (++depth_ > kDeepest) return fail(at_, "nested too deeply");
        PartPtr inner = need_truth(inverted(), begin);
        --depth_;
        return inner ? join(Kind::invert, inner, nullptr, Dimension::truth) : nullptr;
    }

    PartPtr comparison() {
        PartPtr left = sum();
        if (!left) return nullptr;
        skip();
        const std::size_t sign = at_;
        Kind kind;
        if (take("<=")) {
            kind = Kind::less_equal;
        } else if (take(">=")) {
            kind = Kind::greater_equal;
        } else if (take("==")) {
            kind = Kind::equal;
        } else if (take("<")) {
            kind = Kind::less;
        } else if (take(">")) {
            kind = Kind::greater;
        } else {
            return left;
        }
        PartPtr right = sum();
        if (!right || !alike(left, right, sign, "compare")) return nullptr;
        return join(kind, left, right, Dimension::truth);
    }

    // A share and a plain number are alike: 99.9% is 0.999.
    bool alike(const PartPtr& left, const PartPtr& right, std::size_t offset,
               std::string_view verb) {
        const auto plain = [](Dimension d) {
            return d == Dimension::plain || d == Dimension::share;
        };
        const Dimension a = left->dimension;
        const Dimension b = right->dimension;
        if (a != Dimension::truth && (a == b || (plain(a) && plain(b)))) return true;
        fail(offset, fmt::format("cannot {} {} with {}", verb, name_of(a), name_of(b)),
             a == Dimension::time && plain(b) ? "write the unit, as in 250ms" : "");
        return false;
    }

    PartPtr sum() {
        PartPtr left = product();
        while (left) {
            skip();
            const std::size_t sign = at_;
            const bool adds = take("+");
            if (!adds && !take("-")) break;
            PartPtr right = product();
            if (!right || !alike(left, right, sign, adds ? "add" : "subtract")) return nullptr;
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
        const auto is_factor = [](const PartPtr& part) {
            return part->dimension == Dimension::plain || part->dimension == Dimension::share;
        };
        if (is_factor(right) && left->dimension != Dimension::truth) {
            return join(Kind::multiply, left, right, left->dimension);
        }
        if (is_factor(left) && right->dimension != Dimension::truth) {
            return join(Kind::multiply, left, right, right->dimension);
        }
        return fail(sign, "one of the two must be a plain number");
    }
    PartPtr over(PartPtr left, PartPtr right, std::size_t sign) {
        const bool ratio = left->dimension == right->dimension;
        const bool scaled =
            right->dimension == Dimension::plain || right->dimension == Dimension::share;
        if (left->dimension == Dimension::truth || (!ratio && !scaled)) {
            return fail(sign, "cannot divide these two");
        }
        return join(Kind::divide, left, right, ratio ? Dimension::plain : left->dimension);
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
        if (take("-")) {
            PartPtr inner = factor();
            return inner ? join(Kind::negate, inner, nullptr, inner->dimension) : nullptr;
        }
        const char first = text_[at_];
        if (first == '$' || first == '.' || (first >= '0' && first <= '9')) return number();
        return name();
    }

    PartPtr number() {
        const std::size_t begin = at_;
        const bool money = take("$");
        auto part = std::make_shared<Part>();
        const char* const from = text_.data() + at_;
        const char* const end = text_.data() + text_.size();
        const auto result =
            std::from_chars(from, end, part->value.number, std::chars_format::general);
        if (result.ec != std::errc() || !std::isfinite(part->value.number)) {
            return fail(begin, "not a number");
        }
        at_ += static_cast<std::size_t>(result.ptr - from);
        if (money) {
            part->dimension = Dimension::money;
        } else if (!unit(*part)) {
            return nullptr;
        }
        part->value.dimension = part->dimension;
        return part;
    }

    bool unit(Part& part) {
        std::size_t end = at_;
        if (end < text_.size() && text_[end] == '/' && end + 1 < text_.size() &&
            text_[end + 1] >= 'a') {
            ++end;
        }
        while (end < text_.size() && (is_word_byte(text_[end]) || text_[end] == '%')) ++end;
        const std::string_view written = text_.substr(at_, end - at_);
        if (written.empty()) return true;
        for (const Unit& each : kUnits) {
            if (each.name != written) continue;
            part.value.number *= each.factor;
            part.dimension = each.dimension;
            at_ = end;
            return true;
        }
        fail(at_, fmt::format("unknown unit \"{}\"", written),
             "ns, us, ms, s, min, h, d, %, /s, /min, /h, or $ in front");
        return false;
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
        skip();
        const std::size_t begin = at_;
        const std::string_view first = word();
        if (first.empty()) return fail(begin, "a value is missing here");
        skip();
        const bool is_call = at_ < text_.size() && text_[at_] == '(';
        if (is_call && (first == "abs" || first == "min" || first == "max")) {
            return function(first);
        }
        auto part = std::make_shared<Part>();
        std::size_t figure_at = begin;
        part->figure = first;
        if (take(".")) {
            part->node = first;
            skip();
            figure_at = at_;
            part->figure = word();
            if (std::ranges::find(vocabulary_.nodes, part->node) == vocabulary_.nodes.end()) {
                return fail(begin, fmt::format("there is no node \"{}\"", part->node));
            }
        }
        if (!figure(*part, figure_at)) return nullptr;
        return variant(*part) ? part : nullptr;
    }

    bool figure(Part& part, std::size_t offset) {
        const auto found = std::ranges::find_if(kFigures, [&](const Figure& each) {
            return each.name == part.figure && (part.node.empty() ? each.of_run : each.of_node);
        });
        if (found == kFigures.end()) {
            fail(offset,
                 fmt::format("unknown figure \"{}\"{}", part.figure,
                             part.node.empty() ? "" : " of a node"),
                 known_figures(!part.node.empty()));
            return false;
        }
        part.kind = Kind::figure;
        part.dimension = found->dimension;
        if (take("(")) return arguments(part);
        if (part.figure != "p") return true;
        fail(at_, "p needs a percentile", "write p(99)");
        return false;
    }

    bool arguments(Part& part) {
        if (part.figure == "p") {
            skip();
            const char* const from = text_.data() + at_;
            const auto result = std::from_chars(from, text_.data() + text_.size(), part.percent);
            if (result.ec != std::errc() || !(part.percent >= 0 && part.percent <= 100)) {
                fail(at_, "expected a percentile from 0 to 100");
                return false;
            }
            at_ += static_cast<std::size_t>(result.ptr - from);
        }
        if (take(")")) return true;
        fail(at_, "expected )");
        return false;
    }

    bool variant(Part& part) {
        skip();
        const std::size_t begin = at_;
        if (!take("[")) {
            if (vocabulary_.variants.empty()) return true;
            fail(begin, fmt::format("of which variant? Write {}[{}]", part.figure,
                                    vocabulary_.variants.front()));
            return false;
        }
        const std::size_t close = text_.find(']', at_);
        if (close == std::string_view::npos) {
            fail(begin, "expected ]");
            return false;
        }
        part.variant = text_.substr(at_, close - at_);
        const std::size_t inside = at_;
        at_ = close + 1;
        if (std::ranges::find(vocabulary_.variants, part.variant) != vocabulary_.variants.end()) {
            return true;
        }
        fail(inside, fmt::format("there is no variant \"{}\"", part.variant),
             vocabulary_.variants.empty()
                 ? "variants come from \"vary\""
                 : fmt::format("there are: {}", fmt::join(vocabulary_.variants, ", ")));
        return false;
    }

    PartPtr function(std::string_view called) {
        take("(");
        PartPtr left = either();
        if (!left) return nullptr;
        if (called == "abs") {
            if (!take(")")) return fail(at_, "expected )");
            return join(Kind::abs, left, nullptr, left->dimension);
        }
        if (!take(",")) return fail(at_, "expected a comma");
        PartPtr right = either();
        if (!right || !alike(left, right, at_, "compare")) return nullptr;
        if (!take(")")) return fail(at_, "expected )");
        return join(called == "min" ? Kind::min : Kind::max, left, right, left->dimension);
    }

    static std::string known_figures(bool of_node) {
        std::string text = "there are: ";
        for (const Figure& each : kFigures) {
            if (!(of_node ? each.of_node : each.of_run)) continue;
            if (!text.ends_with(": ")) text += ", ";
            text += each.name == "p" ? "p(99)" : std::string(each.name);
        }
        return text;
    }

    std::string_view text_;
    const Vocabulary& vocabulary_;
    ExpressionError& error_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

// A run's figures and a node's are asked for in the same words.
struct Source {
    const sim::Totals& totals;
    const sim::Histogram& latency;
    double measured_s;
    double replications;
    double cost;
};

double common_figure(const Part& part, const Source& source) {
    const sim::Totals& totals = source.totals;
    if (part.figure == "p") return sim::seconds(source.latency.percentile(part.percent));
    if (part.figure == "mean") return source.latency.mean_seconds();
    if (part.figure == "slowest") return sim::seconds(source.latency.max());
    if (part.figure == "availability") return totals.availability();
    if (part.figure == "throughput") {
        const double measured = source.measured_s * source.replications;
        return measured > 0 ? static_cast<double>(totals.of(sim::Outcome::succeeded)) / measured
                            : 0;
    }
    if (part.figure == "offered") return static_cast<double>(totals.offered);
    if (part.figure == "in_flight") return static_cast<double>(totals.in_flight());
    if (part.figure == "cost") return source.cost;
    constexpr std::array<std::string_view, 4> kOutcomes = {"succeeded", "failed", "rejected",
                                                           "timed_out"};
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
        if (part.figure == kOutcomes[i]) return static_cast<double>(totals.ended[i]);
    }
    return 0;
}

double node_figure(const Part& part, const Summary& summary, const NodeSummary& node) {
    if (part.figure == "utilisation") return node.utilisation.value_or(0);
    if (part.figure == "connections_in_use") return node.connections_in_use.value_or(0);
    if (part.figure == "waiting_peak") return static_cast<double>(node.waiting_peak.value_or(0));
    if (part.figure == "instances") return node.instances;
    for (const sim::Measure& measure : node.measures) {
        if (measure.name == part.figure) return measure.value;
    }
    return common_figure(part, {node.totals, node.latency, summary.measured_s(),
                                static_cast<double>(summary.replications), node.cost_usd});
}

double figure_of(const Part& part, const Summary& summary) {
    if (!part.node.empty()) {
        const NodeSummary* node = summary.node(part.node);
        return node == nullptr ? 0 : node_figure(part, summary, *node);
    }
    if (part.figure == "availability_by_time") return summary.availability_by_time;
    if (part.figure == "cost_per_month") return summary.cost_usd_per_month;
    return common_figure(part, {summary.totals, summary.latency, summary.measured_s(),
                                static_cast<double>(summary.replications), summary.cost_usd});
}

double evaluate(const Part& part, const Expression::Results& results) {
    const auto left = [&] { return evaluate(*part.left, results); };
    const auto right = [&] { return evaluate(*part.right, results); };
    switch (part.kind) {
        case Kind::number:
            return part.value.number;
        case Kind::figure:
            return figure_of(part, results(part.variant));
        case Kind::negate:
            return -left();
        case Kind::invert:
            return left() == 0 ? 1 : 0;
        case Kind::add:
            return left() + right();
        case Kind::subtract:
            return left() - right();
        case Kind::multiply:
            return left() * right();
        case Kind::divide:
            return left() / right();
        case Kind::less:
            return left() < right() ? 1 : 0;
        case Kind::less_equal:
            return left() <= right() ? 1 : 0;
        case Kind::greater:
            return left() > right() ? 1 : 0;
        case Kind::greater_equal:
            return left() >= right() ? 1 : 0;
        case Kind::equal:
            return left() == right() ? 1 : 0;
        case Kind::both:
            return left() != 0 && right() != 0 ? 1 : 0;
        case Kind::either:
            return left() != 0 || right() != 0 ? 1 : 0;
        case Kind::abs:
            return std::abs(left());
        case Kind::min:
            return std::min(left(), right());
        case Kind::max:
            return std::max(left(), right());
    }
    return 0;
}

bool is_comparison(Kind kind) {
    return kind >= Kind::less && kind <= Kind::equal;
}

}  // namespace

std::optional<Expression> Expression::parse(std::string_view text, const Vocabulary& vocabulary,
                                            ExpressionError& error) {
    error = {};
    Expression expression;
    expression.text_ = text;
    expression.root_ = Parser(text, vocabulary, error).whole();
    if (!expression.root_) return std::nullopt;
    return expression;
}

bool Expression::holds(const Results& results) const {
    return evaluate(*root_, results) != 0;
}

Value Expression::value(const Results& results) const {
    const Part& shown = is_comparison(root_->kind) ? *root_->left : *root_;
    return {evaluate(shown, results), shown.dimension};
}

std::string text_of(const Value& value) {
    const double number = value.number;
    switch (value.dimension) {
        case Dimension::time:
            if (number >= 100) return fmt::format("{:.0f}s", number);
            if (number >= 1) return fmt::format("{:.3g}s", number);
            if (number >= 1e-3 || number == 0) return fmt::format("{:.3g}ms", number * 1e3);
            return fmt::format("{:.3g}us", number * 1e6);
        case Dimension::share:
            return fmt::format("{:.4g}%", number * 100);
        case Dimension::rate:
            return number >= 1000 ? fmt::format("{:.0f}/s", number)
                                  : fmt::format("{:.4g}/s", number);
        case Dimension::money:
            return fmt::format("${:.2f}", number);
        case Dimension::truth:
            return number != 0 ? "true" : "false";
        case Dimension::plain:
            break;
    }
    return fmt::format("{:.6g}", number);
}

}  // namespace reports
