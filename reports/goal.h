// Whether a system meets a goal, decided from replications: "p(99) < 200ms".
//
// A comparison is taken as what it has to spare, 200ms - p(99), and its mean over replications with
// a t-interval: met when the interval lies above zero, missed when below, else not shown. Several
// decisions, and several looks at each, share one promise: with 95 % none of them is wrong
// (Bonferroni), so that the value a search ends at can be believed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/comparison.h"

namespace reports {

enum class Decision { met, missed, not_shown };
std::string_view text_of(Decision decision);

// The goal's figures stand behind one another in the samples, from `first` on.
struct Goal {
    std::string text;
    std::size_t first = 0;
    std::vector<bool> may_be_none;  // of each figure: whether zero is enough
};

// Each comparison of the statement becomes a figure that is not shown. None when it is anything
// but comparisons joined by "and".
std::optional<Goal> add_goal(const Expression& statement, ComparedFigures& figures);

// `confidence` is that of this decision alone. Needs at least two replications.
Decision decide(const Goal& goal, std::span<const Sample> samples, double confidence);

// The confidence of each of so many decisions at which all hold together with 95 %. Only the side
// towards zero of an interval can be wrong, which is half of its error.
double confidence_of_each(std::size_t decisions);

// What a search along one axis came to.
struct GoalAnswer {
    std::string group;                 // the other axes' values; empty when there are none
    std::optional<std::size_t> found;  // among the variants that were played
    std::string sentence;
};
struct GoalStep {
    std::size_t variant = 0;  // among those that were played
    Decision decision = Decision::not_shown;
};
struct GoalResult {
    Goal goal;
    std::vector<GoalStep> steps;  // of each variant that was played
    std::vector<GoalAnswer> answers;
    std::size_t decisions = 0;  // that share the 95 %
};

}  // namespace reports
