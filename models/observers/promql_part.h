// The parts of a parsed query.
#pragma once

#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "models/observers/promql.h"

namespace models::promql {

enum class Match { equal, not_equal, regex, not_regex };

struct Matcher {
    std::string label;
    Match how;
    std::string value;
    std::optional<std::regex> pattern;
    bool matches(std::string_view text) const;
};

struct Part {
    enum class Kind { number, selector, call, aggregate, binary, negate };
    enum class Type { scalar, vector, range };

    Kind kind = Kind::number;
    Type type = Type::scalar;
    double number = 0;
    std::string name;  // of a function, an aggregation or an operator
    std::vector<Matcher> matchers;
    std::int64_t range_ms = 0;  // 0: as it is now
    std::int64_t offset_ms = 0;
    bool returns_bool = false;
    bool is_on = false;  // `labels` are those that count; else those that do not
    bool has_matching = false;
    std::vector<std::string> labels;  // of by, without, on, ignoring
    std::vector<std::shared_ptr<const Part>> inside;
};

}  // namespace models::promql
