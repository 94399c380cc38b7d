#include "tools/lab_prose.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "reports/words/terminal.h"

namespace tools {

namespace {

// The text, with whatever is given for what stands between braces.
std::string replaced(const std::string& text,
                     const std::function<std::string(const std::string& inner)>& by) {
    std::string made;
    std::size_t at = 0;
    for (;;) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string::npos ? open : text.find('}', open);
        if (close == std::string::npos) return made + text.substr(at);
        made += text.substr(at, open - at) + by(text.substr(open + 1, close - open - 1));
        at = close + 1;
    }
}

std::optional<reports::Value> mean_of(const reports::Expression& quantity, const Proof& proof,
                                      const Result& result, std::optional<std::size_t> control) {
    const std::size_t seeds = proof.lab.seeds.size();
    reports::Value mean;
    for (std::size_t seed = 0; seed < seeds; ++seed) {
        const auto of_variant = [&](const std::string& variant) -> const reports::Summary& {
            return *summary_of(proof, result.runs, control, variant, seed);
        };
        const reports::Value value = quantity.value(of_variant);
        mean.dimension = value.dimension;
        mean.number += value.number / static_cast<double>(seeds);
        mean.waited_s = value.waited_s;
    }
    if (std::isnan(mean.number)) return std::nullopt;
    return mean;
}

}  // namespace

std::string filled(const std::string& text, const Proof& proof, const Result& result,
                   std::optional<std::size_t> control) {
    const bool is_played = summary_of(proof, result.runs, control,
                                      variants_of(proof.lab).values.front(), 0) != nullptr;
    if (!is_played) return text;
    return replaced(text, [&](const std::string& inner) {
        reports::ExpressionError error;
        const auto quantity = reports::Expression::parse_quantity(inner, proof.words, error);
        if (!quantity) return "{" + inner + "}";
        const auto value = mean_of(*quantity, proof, result, control);
        return value ? text_of(*value) : "{" + inner + "}";
    });
}

std::string wrong_prose(const Proof& proof) {
    std::string problems;
    const auto check = [&](const std::string& where, const std::string& text) {
        replaced(text, [&](const std::string& inner) {
            reports::ExpressionError error;
            // {code="500"} is PromQL.
            const bool is_selector = inner.find('=') != std::string::npos;
            if (!is_selector && !reports::Expression::parse_quantity(inner, proof.words, error)) {
                problems +=
                    fmt::format("{}: {}: {{{}}}: {}\n", reports::printable(proof.file), where,
                                reports::printable(inner), reports::printable(error.message));
            }
            return std::string();
        });
    };
    check("\"about\"", proof.lab.about);
    for (const auto& [name, control] : proof.lab.controls) {
        check(fmt::format("\"about\" of control {}", name), control.about);
    }
    return problems;
}

}  // namespace tools
