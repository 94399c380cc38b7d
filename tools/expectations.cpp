// Expressions on the command line, in scenarios and in labs: what they may name, and what is said
// when one is wrong.
#include <fmt/format.h>

#include "models/spec/json/nearest.h"
#include "models/topology/simulate.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

std::string hint_of(const reports::ExpressionError& error) {
    if (error.unknown.empty()) return error.hint;
    const std::vector<std::string_view> known(error.known.begin(), error.known.end());
    return models::spec::did_you_mean(error.unknown, known, "there are:");
}

// The place, the expression, a caret below what is wrong with it, and what to do.
std::string problem_text(const std::string& text, const std::string& where,
                         const reports::ExpressionError& error) {
    const std::string_view before = std::string_view(text).substr(0, error.offset);
    const std::size_t column = reports::width_of(reports::printable(before));
    const std::string hint = hint_of(error);
    return fmt::format("{}, column {}: {}\n    {}\n    {}^\n{}", reports::printable(where),
                       column + 1, reports::printable(error.message), reports::printable(text),
                       std::string(column, ' '),
                       hint.empty() ? "" : fmt::format("  {}\n", reports::printable(hint)));
}

// The same of an expression in a file, whose line is shown: the caret is right but for what the
// file writes as an escape.
models::spec::Problem problem_of(const reports::ExpressionError& error,
                                 models::spec::SourceLocation place, std::size_t index) {
    const auto within = static_cast<std::uint32_t>(1 + error.offset);  // past the quotation mark
    place.column += within;
    place.offset += within;
    return {place, fmt::format("/expect/{}", index), error.message, hint_of(error)};
}

}  // namespace

reports::Vocabulary words_of(const models::Scenario& scenario) {
    const sim::Recording outline = models::outline(scenario);
    reports::Vocabulary words = reports::vocabulary_of(outline);
    words.time = {sim::seconds(scenario.run.warm_up),
                  sim::seconds(scenario.run.warm_up + scenario.run.measure),
                  sim::seconds(outline.slice)};
    return words;
}

std::optional<reports::Expression> parse_quantity_of(const std::string& text,
                                                     const std::string& where,
                                                     const reports::Vocabulary& words,
                                                     std::string& problems) {
    reports::ExpressionError error;
    auto quantity = reports::Expression::parse_quantity(text, words, error);
    if (!quantity) problems += problem_text(text, where, error);
    return quantity;
}

std::optional<reports::Expression> parse_statement_of(const std::string& text,
                                                      const std::string& where,
                                                      const reports::Vocabulary& words,
                                                      std::string& problems) {
    reports::ExpressionError error;
    auto statement = reports::Expression::parse(text, words, error);
    if (!statement) problems += problem_text(text, where, error);
    return statement;
}

std::optional<std::vector<reports::Expression>> parse_thresholds(
    const models::Loaded& loaded, const std::vector<std::string>& further, std::string& problems) {
    if (loaded.scenario->expect.empty() && further.empty()) {
        return std::vector<reports::Expression>();
    }
    std::vector<std::string> nothing_left_out;
    return parse_thresholds_among(loaded, further, words_of(*loaded.scenario), {}, nothing_left_out,
                                  problems);
}

std::vector<models::spec::Problem> wrong_expectations(const models::Loaded& loaded) {
    const reports::Vocabulary words = words_of(*loaded.scenario);
    std::vector<models::spec::Problem> wrong;
    for (std::size_t i = 0; i < loaded.scenario->expect.size(); ++i) {
        reports::ExpressionError error;
        if (reports::Expression::parse(loaded.scenario->expect[i], words, error)) continue;
        wrong.push_back(problem_of(error, loaded.expect_places[i], i));
    }
    return wrong;
}

std::optional<std::vector<reports::Expression>> parse_thresholds_among(
    const models::Loaded& loaded, const std::vector<std::string>& further,
    const reports::Vocabulary& own, const reports::Vocabulary& others,
    std::vector<std::string>& left_out, std::string& problems) {
    std::vector<reports::Expression> parsed;
    const std::vector<std::string>& expect = loaded.scenario->expect;
    const auto parse = [&](const std::string& text, const auto& complain_of) {
        reports::ExpressionError error;
        reports::ExpressionError with_others;
        if (auto expression = reports::Expression::parse(text, own, error)) {
            parsed.push_back(std::move(*expression));
        } else if (reports::Expression::parse(text, others, with_others)) {
            left_out.push_back(fmt::format("the expectation {}: {}", text, error.message));
        } else {
            problems += complain_of(error);
        }
    };
    for (std::size_t i = 0; i < expect.size(); ++i) {
        parse(expect[i], [&](const reports::ExpressionError& error) {
            return loaded.problems.render(problem_of(error, loaded.expect_places[i], i));
        });
    }
    for (const std::string& text : further) {
        parse(text, [&](const reports::ExpressionError& error) {
            return problem_text(text, "--threshold", error);
        });
    }
    if (!problems.empty()) return std::nullopt;
    return parsed;
}

}  // namespace tools
