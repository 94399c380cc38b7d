// {"choose": [{"weight": 9, "steps": [...]}, ...]}: one branch of several.
#pragma once

#include <array>

#include "models/audience.h"
#include "models/steps/step.h"

namespace models {

struct Branch {
    static constexpr std::string_view name = "branch";
    static constexpr std::string_view doc = "A branch: its steps, and how often it is chosen.";
    double weight = 1;
    std::string label;
    std::vector<std::string> segments;
    Steps steps;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("weight", &Branch::weight, at_least(0.0),
                  "Weight of the branch against the others'."),
            param("label", &Branch::label,
                  "Name of the branch in an experiment. Without one, its number from 0."),
            param("segments", &Branch::segments,
                  "User segments that always take this branch; nobody else does. Without any, all "
                  "users may."),
            param("steps", &Branch::steps, "Steps of this branch.")};
    }
};

enum class ChooseBy : std::uint8_t { chance, user, operation };

constexpr auto names_of(ChooseBy) {
    return std::array{
        spec::Word{"chance", ChooseBy::chance, "Drawn anew for each request."},
        spec::Word{"user", ChooseBy::user, "By a hash of the user: always the same for one user."},
        spec::Word{"operation", ChooseBy::operation,
                   "By a hash of what the user wants done: the same for every attempt, and every "
                   "time that a record is delivered (a poison message)."}};
}

struct ChooseStep {
    static constexpr std::string_view key = "choose";
    static constexpr std::string_view doc = "Takes one branch, in proportion to the weights.";
    std::vector<Branch> value;
    ChooseBy by = ChooseBy::chance;
    std::string experiment;
    std::string name;
    static constexpr auto body() {
        return spec::param("choose", &ChooseStep::value, spec::not_empty(),
                           "Branches of the step.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("by", &ChooseStep::by,
                                "Whether each request draws its branch, each user always gets the "
                                "same one, as with a feature flag, or each operation."),
                          param("experiment", &ChooseStep::experiment,
                                "Name of the experiment (A/B test), if branches are to be compared "
                                "by the `count` steps their requests reach."),
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
