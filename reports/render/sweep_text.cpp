#include "reports/render/sweep_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/comparison_words.h"
#include "reports/pareto.h"
#include "reports/sweep_words.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

constexpr std::size_t kMostColumns = 10;

std::string head(const ComparisonInfo& info, const Comparison& comparison) {
    const Sample& first = comparison.base().samples.front();
    std::size_t fewest = first.figures.empty() ? 0 : comparison.base().samples.size();
    std::size_t most = 0;
    for (const Variant& variant : comparison.variants) {
        fewest = std::min(fewest, variant.samples.size());
        most = std::max(most, variant.samples.size());
    }
    const std::string replications =
        fewest == most ? fmt::format("{}", most) : fmt::format("{} to {}", fewest, most);
    return fmt::format(
        "{}\n{} values, {} replications each, {} simulated ({} warm-up), seed {}, "
        "in {:.2f} s\n",
        printable(info.name), comparison.variants.size(), replications, brief(first.simulated_s),
        brief(first.warm_up_s), info.seed, info.wall_s);
}

std::string decisions(const Comparison& comparison, const GoalResult& goal) {
    std::string text = fmt::format("\n  {}\n", printable(goal.goal.text));
    std::size_t width = 0;
    for (const GoalStep& step : goal.steps) {
        width = std::max(width, width_of(printable(comparison.variants[step.variant].name)));
    }
    for (const GoalStep& step : goal.steps) {
        const Variant& variant = comparison.variants[step.variant];
        text += fmt::format("    {}  {:<9}  {} replications\n",
                            fitted(printable(variant.name), std::min<std::size_t>(width, 40)),
                            text_of(step.decision), variant.samples.size());
    }
    text += "\n";
    for (const GoalAnswer& answer : goal.answers) text += wrapped(printable(answer.sentence), "  ");
    return text +
           wrapped(fmt::format("With 95 % confidence in all of up to {} decisions together. The "
                               "search takes it that what meets the goal is on one side.",
                               goal.decisions),
                   "  ");
}

std::vector<std::string> values_of(const ComparisonInfo& info, std::size_t axis) {
    std::vector<std::string> values;
    for (const ComparisonInfo::Variant& variant : info.variants) {
        const std::string& value = variant.labels[axis];
        if (std::ranges::find(values, value) == values.end()) values.push_back(value);
    }
    return values;
}

}  // namespace

std::string grid_text(const ComparisonInfo& info, const Comparison& comparison) {
    const bool is_grid = std::ranges::all_of(
        info.variants, [](const auto& variant) { return variant.labels.size() == 2; });
    if (!is_grid || info.variants.empty()) return "";
    const std::vector<std::string> rows = values_of(info, 0);
    const std::vector<std::string> columns = values_of(info, 1);
    if (rows.size() * columns.size() != info.variants.size() || columns.size() > kMostColumns) {
        return "";
    }
    const std::size_t metric = comparison.metrics.front();
    const ComparedFigure& figure = comparison.figures[metric];
    std::size_t width = width_of(title_of(figure));
    for (const std::string& row : rows) width = std::max(width, width_of(printable(row)));
    std::string text = "\n  " + fitted(printable(title_of(figure)), width);
    for (const std::string& column : columns) {
        text += fmt::format(" {:>10}",
                            fitted(printable(column), std::min<std::size_t>(10, width_of(column))));
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
        text += "\n  " + fitted(printable(rows[row]), width);
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const Variant& variant = comparison.variants[row * columns.size() + column];
            const double value = variant.figures[metric].value;
            text += fmt::format(" {:>10}", figure_text(value, figure.dimension));
        }
    }
    return text + "\n";
}

std::string sweep_text(const ComparisonInfo& info, const Comparison& comparison,
                       const GoalResult* goal, bool colour) {
    std::string text = head(info, comparison) + variants_table(comparison, colour) +
                       balanced_line(comparison) + crossed_lines(comparison, colour);
    text += goal != nullptr ? decisions(comparison, *goal) : grid_text(info, comparison);
    text += "\n";
    if (goal == nullptr) {
        for (const std::string& each : sweep_sentences(comparison, is_line(info))) {
            text += wrapped(printable(each), "  ");
        }
        if (const std::string pareto = pareto_sentence(comparison); !pareto.empty()) {
            text += wrapped(printable(pareto), "  ");
        }
    }
    for (const std::string& reason : info.left_out) {
        text += wrapped("left out: " + printable(reason), "  ");
    }
    for (const std::string& note : info.notes) text += wrapped(printable(note), "  ");
    for (const std::string& note : sweep_notes_of(comparison)) {
        text += wrapped(printable(note), "  ");
    }
    return text;
}

}  // namespace reports
