// Arithmetic over the columns of a row, and JSON with such sums in its texts: "${1000 / mu}ms".
//
// A name is a column of the row, or of an object around its table: "rho", "parent.mu",
// "nodes[0].mu", "throughput.16". Numbers, + - * / ^, brackets, sqrt exp log floor ceil min max,
// and what a plan gives a name to ("let").
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"

namespace tools {

class Columns {
public:
    // The row first, then the objects around its table from the inside out. They must outlive it.
    explicit Columns(std::vector<const models::spec::Json*> around) : around_(std::move(around)) {}

    void let(const std::string& name, double value) { named_[name] = value; }

    // None when there is no such column.
    std::optional<models::spec::Json> find(std::string_view path) const;

private:
    std::vector<const models::spec::Json*> around_;
    std::map<std::string, double, std::less<>> named_;
};

// The value of a sum. None when it cannot be understood, or names what is no number: `problem` then
// says why.
std::optional<double> value_of(std::string_view formula, const Columns& columns,
                               std::string& problem);

// The same JSON with every "${...}" in its texts and names worked out. A text that is nothing else
// becomes what its column is, or a number.
std::optional<models::spec::Json> filled(const models::spec::Json& shape, const Columns& columns,
                                         std::string& problem);
std::optional<std::string> filled_text(std::string_view text, const Columns& columns,
                                       std::string& problem);

}  // namespace tools
