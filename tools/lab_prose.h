// Prose of a lab in which figures stand: "the pods rose to {app.replicas_peak}". What stands in
// braces is a quantity as in a statement, filled in with its mean over the seeds; {{ and }} are
// braces.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/expression.h"

namespace tools {

struct Prose {
    std::vector<std::string> texts;            // around the figures: one more than there are
    std::vector<reports::Expression> figures;  // quantities
};

// None where something is wrong, with its offset in the text.
std::optional<Prose> parse_prose(std::string_view text, const reports::Vocabulary& words,
                                 reports::ExpressionError& error);

// With each figure's mean over the seeds: "undefined" when a run has nothing to say of it.
std::string filled(const Prose& prose, std::size_t seeds,
                   const std::function<const reports::Summary*(const std::string& variant,
                                                               std::size_t seed)>& summary_of);

}  // namespace tools
