#include "tools/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/spec/json/document.h"
#include "models/spec/json/printable.h"
#include "models/spec/units/units.h"
#include "reports/render/comparison_text.h"
#include "reports/words/numbers.h"

namespace tools {

namespace {

namespace spec = models::spec;

std::string pointer_of(std::string_view path) {
    std::string pointer;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        pointer = spec::pointer_to(pointer, path.substr(begin, end - begin));
        begin = end + 1;
    }
    return pointer;
}

// A whole number stays one, and is moved by at least one.
std::string moved_count(double value, double factor) {
    double moved = std::round(value * factor);
    if (moved == value) moved += factor > 1 ? 1 : -1;
    return fmt::format("{:.0f}", moved);
}

// "2.5MB" is "2MB" a fifth lower, and "$0.10/h" is "$0.08/h"; empty for what is no quantity.
std::string moved_quantity(const std::string& text, double factor) {
    const std::size_t begin = text.starts_with('$') ? 1 : 0;
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + begin, end, number, std::chars_format::fixed);
    if (read.ec != std::errc()) return "";
    return fmt::format("{}{:.12g}{}", text.substr(0, begin), number * factor,
                       std::string(read.ptr, end));
}

// As --set takes it; empty when it is no number.
std::string moved_value(const spec::Json& value, double factor) {
    if (const auto* const whole = std::get_if<std::uint64_t>(&value.content)) {
        return moved_count(static_cast<double>(*whole), factor);
    }
    if (const auto* const real = std::get_if<double>(&value.content)) {
        return spec::text_of(*real * factor);
    }
    return value.text() != nullptr ? moved_quantity(*value.text(), factor) : "";
}

// The scenario with every default, of the whole even where a part is to be played.
std::optional<models::Scenario> whole_of(models::ScenarioSource source, std::string& problem) {
    source.varied.emplace_back("run.scale=1");
    models::Loaded loaded = models::load(source);
    if (!loaded.scenario) problem = loaded.problems.render();
    return std::move(loaded.scenario);
}

class Mover {
public:
    Mover(const models::Scenario& scenario, double share, std::string& problem)
        : scenario_(scenario), share_(share), problem_(problem) {
        spec::Problems unheeded;
        resolved_ = spec::read("resolved", models::resolved_json(scenario), unheeded);
    }

    std::vector<MovedInput> all() {
        std::vector<MovedInput> moved = {{"as it is", "", {}}};
        for (const auto& [input, assumption] : scenario_.assumptions) {
            for (const double factor : {1 - share_, 1 + share_}) {
                moved.push_back(with(input, assumption, factor));
            }
        }
        return moved;
    }

private:
    MovedInput with(const std::string& input, const models::AssumptionSpec& assumption,
                    double factor) {
        const std::string label = fmt::format("{}{:.6g} %", factor < 1 ? "-" : "+", 100 * share_);
        MovedInput moved{fmt::format("{} {}", input, label), input, {}};
        for (const std::string& path : assumption.paths) {
            const spec::Json* const value = spec::find(resolved_, pointer_of(path));
            const std::string text = value != nullptr ? moved_value(*value, factor) : "";
            if (text.empty()) complain(input, path, value != nullptr);
            moved.settings.push_back({path, text, label});
        }
        return moved;
    }

    void complain(const std::string& input, const std::string& path, bool is_there) {
        problem_ += fmt::format("spate: assumptions.{}: {}: {}\n", spec::printable(input),
                                spec::printable(path),
                                is_there ? "what is there is no number" : "nothing is there");
    }

    const models::Scenario& scenario_;
    double share_;
    std::string& problem_;
    spec::Json resolved_;
};

// How far apart a figure of an input's two variants and of the scenario as it is are.
double spread_of(const reports::Comparison& comparison, std::size_t input, std::size_t figure) {
    const auto value = [&](std::size_t variant) {
        return comparison.variants[variant].figures[figure].value;
    };
    const auto [low, high] = std::minmax({value(0), value(2 * input + 1), value(2 * input + 2)});
    return high - low;
}

std::string moved_most(const reports::Comparison& comparison,
                       const std::vector<std::string>& inputs, std::size_t figure) {
    std::size_t most = 0;
    for (std::size_t input = 1; input < inputs.size(); ++input) {
        if (spread_of(comparison, input, figure) > spread_of(comparison, most, figure))
            most = input;
    }
    if (!(spread_of(comparison, most, figure) > 0)) return "";
    const reports::ComparedFigure& of = comparison.figures[figure];
    const auto text = [&](std::size_t variant) {
        return reports::figure_text(comparison.variants[variant].figures[figure].value,
                                    of.dimension);
    };
    return fmt::format("{} is moved most by \"{}\": {} lower, {} as it is, {} higher.", of.name,
                       inputs[most], text(2 * most + 1), text(0), text(2 * most + 2));
}

}  // namespace

std::optional<std::vector<MovedInput>> moved_inputs(const models::ScenarioSource& source,
                                                    double share, std::string& problem) {
    const auto scenario = whole_of(source, problem);
    if (!scenario) return std::nullopt;
    if (scenario->assumptions.entries.empty()) {
        problem = fmt::format(
            "spate: {}: there is nothing to move\n    list what you have assumed: \"assumptions\": "
            "{{\"think time\": {{\"paths\": [\"nodes.users.think_time.mean\"]}}}}\n",
            spec::printable(source.file));
        return std::nullopt;
    }
    std::vector<MovedInput> moved = Mover(*scenario, share, problem).all();
    if (!problem.empty()) return std::nullopt;
    return moved;
}

std::vector<std::string> what_moved(const reports::Comparison& comparison,
                                    const std::vector<std::string>& inputs) {
    std::vector<std::string> sentences;
    if (inputs.empty()) return sentences;
    for (const std::size_t metric : comparison.metrics) {
        const std::string sentence = moved_most(comparison, inputs, metric);
        if (!sentence.empty()) sentences.push_back(sentence);
    }
    for (std::size_t input = 0; input < inputs.size(); ++input) {
        if (!comparison.variants[2 * input + 1].same_run ||
            !comparison.variants[2 * input + 2].same_run) {
            continue;
        }
        sentences.push_back(
            fmt::format("\"{}\" changes nothing of this run: not an event.", inputs[input]));
    }
    return sentences;
}

}  // namespace tools
