#include "tools/lab_prose.h"

namespace tools {

namespace {

// Where the braces of a figure end; none when they do not.
std::optional<std::size_t> end_of_figure(std::string_view text, std::size_t begin) {
    const std::size_t end = text.find_first_of("{}", begin);
    if (end == std::string_view::npos || text[end] == '{') return std::nullopt;
    return end;
}

reports::Value mean_of(
    const reports::Expression& figure, std::size_t seeds,
    const std::function<const reports::Summary*(const std::string&, std::size_t)>& summary_of) {
    reports::Value mean{0, figure.dimension()};
    const reports::Summary nothing;
    for (std::size_t seed = 0; seed < seeds; ++seed) {
        const auto of_variant = [&](const std::string& variant) -> const reports::Summary& {
            const reports::Summary* const played = summary_of(variant, seed);
            return played == nullptr ? nothing : *played;
        };
        mean.number += figure.value(of_variant).number / static_cast<double>(seeds);
    }
    return mean;
}

}  // namespace

std::optional<Prose> parse_prose(std::string_view text, const reports::Vocabulary& words,
                                 reports::ExpressionError& error) {
    Prose prose{{""}, {}};
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if ((c != '{' && c != '}') || text.substr(at + 1).starts_with(c)) {
            prose.texts.back() += c;
            at += c == '{' || c == '}' ? 1 : 0;
            continue;
        }
        const auto end = c == '{' ? end_of_figure(text, at + 1) : std::nullopt;
        if (!end) {
            error = {at,
                     "a brace without its other half",
                     "{app.offered} is a figure, {{ a brace",
                     "",
                     {}};
            return std::nullopt;
        }
        const std::string_view written = text.substr(at + 1, *end - at - 1);
        auto figure = reports::Expression::parse_quantity(written, words, error);
        if (!figure) {
            error.offset += at + 1;
            return std::nullopt;
        }
        prose.figures.push_back(std::move(*figure));
        prose.texts.emplace_back();
        at = *end;
    }
    return prose;
}

std::string filled(const Prose& prose, std::size_t seeds,
                   const std::function<const reports::Summary*(const std::string& variant,
                                                               std::size_t seed)>& summary_of) {
    std::string text = prose.texts.front();
    for (std::size_t i = 0; i < prose.figures.size(); ++i) {
        text += prose_of(mean_of(prose.figures[i], seeds, summary_of)) + prose.texts[i + 1];
    }
    return text;
}

}  // namespace tools
