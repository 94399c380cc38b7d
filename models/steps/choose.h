// {"choose": [{"weight": 9, "steps": [...]}, ...]}: one branch of several.
#pragma once

#include <array>

#include "models/audience.h"
#include "models/steps/step.h"

namespace models {

struct Branch {
    static constexpr std::string_view name = "branch";
    static constexpr std::string_view doc = "Steps, and how often they are chosen.";
    double weight = 1;
    std::string label;
    std::vector<std::string> segments;
    Steps steps;
    template <class Self = Branch>  // when a Step is complete
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("weight", &Self::weight, at_least(0.0), "Against the others'."),
            param("label", &Self::label,
                  "What an experiment calls it; its number, from 0, unless given."),
            param("segments", &Self::segments,
                  "Segments of clients' users, who always come here; nobody else does."),
            param("steps", &Self::steps, "What happens in this branch.")};
    }
};

enum class ChooseBy : std::uint8_t { chance, user };

constexpr auto names_of(ChooseBy) {
    return std::array{
        spec::Word{"chance", ChooseBy::chance, "Each request anew."},
        spec::Word{"user", ChooseBy::user, "By a hash of the user: always the same for one."}};
}

struct ChooseStep {
    static constexpr std::string_view key = "choose";
    static constexpr std::string_view doc = "One branch, as often as its weight says.";
    std::vector<Branch> value;
    ChooseBy by = ChooseBy::chance;
    std::string experiment;
    std::string name;
    static constexpr auto body() {
        return spec::param("choose", &ChooseStep::value, spec::not_empty(), "The branches.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("by", &ChooseStep::by, "What decides: a feature flag goes by the user."),
            param("experiment", &ChooseStep::experiment,
                  "Its name, if the branches are to be compared by what is counted in them."),
            name_param(&ChooseStep::name)};
    }
    void check(spec::Check& check) const {
        double total = 0;
        for (const Branch& branch : value) total += branch.weight;
        check.that(total > 0, "choose", "all the weights are zero");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const {
        for (std::size_t branch = 0; branch < value.size(); ++branch) {
            visitor(value[branch].steps, "/choose/" + std::to_string(branch) + "/steps");
        }
    }
};

}  // namespace models
