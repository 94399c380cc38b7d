// The grammar, loosest first, as in Prometheus' documentation:
//
//   or | and unless | == != <= < >= > | + - | * / % | unary - | selector call aggregation ( )
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "models/observers/promql_part.h"
#include "models/observers/promql_scanner.h"

namespace models::promql {

namespace {

using Kind = Part::Kind;
using Type = Part::Type;
using PartPtr = std::shared_ptr<Part>;

// So that neither parsing nor asking runs out of stack or of time, whatever the text.
constexpr std::size_t kLongest = 4000;
constexpr int kDeepest = 60;
constexpr std::size_t kLongestPattern = 200;

struct Function {
    std::string_view name;
    std::vector<Type> takes;
};

const std::vector<Function>& functions() {
    static const std::vector<Function> list = {
        {"rate", {Type::range}},
        {"irate", {Type::range}},
        {"increase", {Type::range}},
        {"delta", {Type::range}},
        {"avg_over_time", {Type::range}},
        {"max_over_time", {Type::range}},
        {"min_over_time", {Type::range}},
        {"sum_over_time", {Type::range}},
        {"count_over_time", {Type::range}},
        {"last_over_time", {Type::range}},
        {"histogram_quantile", {Type::scalar, Type::vector}},
        {"absent", {Type::vector}},
        {"abs", {Type::vector}},
    };
    return list;
}

class Parser : Scanner {
public:
    using Scanner::Scanner;

    PartPtr query() {
        if (text_.size() > kLongest) return fail("the expression is too long");
        PartPtr part = binary(0);
        skip();
        if (part && at_ < text_.size()) return fail("unexpected text after the expression");
        if (part && part->type == Type::range) {
            at_ = 0;
            return fail("a range is no result", "take its rate(...) or its avg_over_time(...)");
        }
        return part;
    }

private:
    // --- operators ---

    std::string_view operator_at(int level) {
        static const std::array<std::vector<std::string_view>, 5> levels = {{
            {"or"},
            {"and", "unless"},
            {"==", "!=", "<=", ">=", "<", ">"},
            {"+", "-"},
            {"*", "/", "%"},
        }};
        for (const std::string_view name : levels[static_cast<std::size_t>(level)]) {
            if (is_word_byte(name.front()) ? take_word(name) : take(name)) return name;
        }
        return {};
    }

    PartPtr binary(int level) {
        constexpr int kTightest = 4;
        if (level > kTightest) return unary();
        PartPtr left = binary(level + 1);
        while (left) {
            skip();
            const std::size_t sign = at_;
            const std::string_view name = operator_at(level);
            if (name.empty()) return left;
            auto part = std::make_shared<Part>();
            part->kind = Kind::binary;
            part->name = name;
            if (!modifiers(*part, level)) return nullptr;
            const PartPtr right = binary(level + 1);
            if (!right) return nullptr;
            part->inside = {left, right};
            at_ = check_operands(*part, level) ? at_ : sign;
            if (!error_.message.empty()) return nullptr;
            left = part;
        }
        return nullptr;
    }

    bool modifiers(Part& part, int level) {
        if (take_word("bool")) {
            if (level != 2) {
                fail("bool goes with a comparison");
                return false;
            }
            part.returns_bool = true;
        }
        const std::string_view word = next_word();
        if (word != "on" && word != "ignoring") return true;
        at_ += word.size();
        part.has_matching = true;
        part.is_on = word == "on";
        if (!label_list(part.labels)) return false;
        if (next_word() == "group_left" || next_word() == "group_right") {
            fail("many-to-one matching is not known here",
                 "aggregate the side that has more series");
            return false;
        }
        return true;
    }

    bool check_operands(Part& part, int level) {
        const Type left = part.inside[0]->type;
        const Type right = part.inside[1]->type;
        if (left == Type::range || right == Type::range) {
            fail("an operator needs values, not a range", "take its rate(...)");
            return false;
        }
        const bool are_scalars = left == Type::scalar && right == Type::scalar;
        if (level < 2 && (left == Type::scalar || right == Type::scalar)) {
            fail(fmt::format("\"{}\" is of series, not of numbers", part.name));
            return false;
        }
        if (level == 2 && are_scalars && !part.returns_bool) {
            fail("a comparison of two numbers must be bool", "write == bool");
            return false;
        }
        part.type = are_scalars ? Type::scalar : Type::vector;
        return true;
    }

    PartPtr unary() {
        if (++depth_ > kDeepest) return fail("nested too deeply");
        PartPtr part;
        if (take("-")) {
            const PartPtr inner = unary();
            if (inner && inner->type == Type::range) return fail("a range has no sign");
            if (inner) {
                part = std::make_shared<Part>();
                part->kind = Kind::negate;
                part->type = inner->type;
                part->inside = {inner};
            }
        } else {
            part = primary();
        }
        --depth_;
        return part;
    }

    // --- values ---

    PartPtr primary() {
        const char first = peek();
        if (first == '\0') return fail("the expression ends here, a value is missing");
        if (first == '(') {
            take("(");
            PartPtr inner = binary(0);
            return inner && expect(")") ? inner : nullptr;
        }
        if ((first >= '0' && first <= '9') || first == '.') {
            const auto value = number();
            if (!value) return nullptr;
            auto part = std::make_shared<Part>();
            part->number = *value;
            return part;
        }
        if (first == '{') return selector({});
        const std::size_t begin = at_;
        const std::string word(next_word());
        if (word.empty()) return fail("a metric, a number or a function is expected here");
        at_ += word.size();
        if (is_aggregation(word) &&
            (peek() == '(' || next_word() == "by" || next_word() == "without")) {
            return aggregation(word);
        }
        if (peek() == '(') return call(word, begin);
        return selector(word);
    }

    PartPtr selector(const std::string& metric) {
        auto part = std::make_shared<Part>();
        part->kind = Kind::selector;
        part->type = Type::vector;
        part->name = metric;
        if (!metric.empty()) part->matchers.push_back({"__name__", Match::equal, metric, {}});
        if (take("{") && !matchers(*part)) return nullptr;
        if (part->matchers.empty()) return fail("a selector needs a metric or a matcher");
        if (take("[")) {
            const auto range = duration();
            if (!range || !expect("]")) return nullptr;
            part->range_ms = *range;
            part->type = Type::range;
        }
        if (take_word("offset")) {
            const auto offset = duration();
            if (!offset) return nullptr;
            part->offset_ms = *offset;
        }
        return part;
    }

    bool matchers(Part& part) {
        while (!take("}")) {
            const std::string name(next_word());
            if (name.empty()) {
                fail("a label is expected here", "write {node=\"web\"}");
                return false;
            }
            at_ += name.size();
            Matcher matcher{name, Match::equal, {}, {}};
            if (take("=~")) {
                matcher.how = Match::regex;
            } else if (take("!~")) {
                matcher.how = Match::not_regex;
            } else if (take("!=")) {
                matcher.how = Match::not_equal;
            } else if (!expect("=")) {
                return false;
            }
            if (!quoted(matcher.value) || !compile(matcher)) return false;
            part.matchers.push_back(std::move(matcher));
            if (!take(",") && peek() != '}') {
                fail("expected , or }");
                return false;
            }
        }
        return true;
    }

    // Prometheus' patterns match the whole of a value. Neither its engine nor this one goes back to
    // try again, so that none takes for ever.
    bool compile(Matcher& matcher) {
        if (matcher.how != Match::regex && matcher.how != Match::not_regex) return true;
        if (matcher.value.size() > kLongestPattern) {
            fail("the pattern is too long");
            return false;
        }
        try {
            matcher.pattern.emplace(matcher.value, std::regex_constants::ECMAScript |
                                                       std::regex_constants::__polynomial);
            return true;
        } catch (const std::regex_error&) {
            fail(fmt::format("\"{}\" is no pattern", matcher.value));
            return false;
        }
    }

    static bool is_aggregation(std::string_view word) {
        return word == "sum" || word == "avg" || word == "min" || word == "max" || word == "count";
    }

    bool grouping(Part& part) {
        const std::string_view word = next_word();
        if (word != "by" && word != "without") return true;
        at_ += word.size();
        part.is_on = word == "by";
        part.has_matching = true;
        return label_list(part.labels);
    }

    // The grouping stands before or after what is aggregated. Without any, all is one.
    PartPtr aggregation(const std::string& name) {
        auto part = std::make_shared<Part>();
        part->kind = Kind::aggregate;
        part->type = Type::vector;
        part->name = name;
        part->is_on = true;
        if (!grouping(*part) || !expect("(")) return nullptr;
        const PartPtr inner = binary(0);
        if (!inner) return nullptr;
        if (inner->type != Type::vector) return fail(fmt::format("{} is of series", name));
        part->inside = {inner};
        if (!expect(")")) return nullptr;
        if (!part->has_matching && !grouping(*part)) return nullptr;
        return part;
    }

    PartPtr call(const std::string& name, std::size_t begin) {
        const auto& known = functions();
        const auto function = std::find_if(known.begin(), known.end(),
                                           [&](const Function& each) { return each.name == name; });
        if (function == known.end()) {
            at_ = begin;
            std::string names;
            for (const Function& each : known) names += fmt::format("{}, ", each.name);
            return fail(fmt::format("there is no function \"{}\"", name),
                        "there are: " + names + "sum, avg, min, max, count");
        }
        auto part = std::make_shared<Part>();
        part->kind = Kind::call;
        part->type = Type::vector;
        part->name = name;
        take("(");
        for (std::size_t i = 0; i < function->takes.size(); ++i) {
            if (i > 0 && !expect(",")) return nullptr;
            skip();
            const std::size_t argument_at = at_;
            const PartPtr argument = binary(0);
            if (!argument) return nullptr;
            if (argument->type != function->takes[i]) {
                at_ = argument_at;
                return fail(fmt::format("{} takes {} here", name, name_of(function->takes[i])),
                            function->takes[i] == Type::range ? "write metric[5m]" : "");
            }
            part->inside.push_back(argument);
        }
        return expect(")") ? part : nullptr;
    }

    static std::string_view name_of(Type type) {
        return type == Type::range ? "a range" : type == Type::vector ? "series" : "a number";
    }

    int depth_ = 0;
};

void collect(const Part& part, std::set<std::string>& names) {
    if (part.kind == Kind::selector) names.insert(part.name);
    for (const auto& each : part.inside) collect(*each, names);
}

}  // namespace

std::optional<Query> Query::parse(std::string_view text, QueryError& error) {
    error = {};
    Query query;
    query.root_ = Parser(text, error).query();
    if (!query.root_) return std::nullopt;
    return query;
}

// Empty for a selector without a name: it may mean any.
std::set<std::string> Query::metrics() const {
    std::set<std::string> names;
    collect(*root_, names);
    return names;
}

}  // namespace models::promql
