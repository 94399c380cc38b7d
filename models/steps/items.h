// {"items": 10, "steps": [...]}: the same for each of several items.
#pragma once

#include <array>

#include "models/keys/keys.h"
#include "models/steps/step.h"

namespace models {

enum class ItemsAs { one_by_one, at_once, list };
constexpr auto names_of(ItemsAs) {
    return std::array{
        spec::Word{"one_by_one", ItemsAs::one_by_one,
                   "The steps for each item, one after another."},
        spec::Word{"at_once", ItemsAs::at_once, "The steps for each item, in parallel."},
        spec::Word{"list", ItemsAs::list,
                   "The steps once, about all items: the list is the key, as in WHERE id IN."}};
}

// How many items the step with most of them has, with those of lists within it; at least 1.
double items_within(const Steps& steps);

struct ItemsStep {
    static constexpr std::string_view key = "items";
    static constexpr std::string_view doc = "Steps about several items, drawn anew.";
    std::uint32_t value = 1;
    KeyChoice keys;
    ItemsAs as = ItemsAs::one_by_one;
    Steps steps;
    std::string name;
    static constexpr auto body() {
        using namespace spec;
        return param("items", &ItemsStep::value, at_least(1u), at_most(10000u), "Number of items.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("keys", &ItemsStep::keys, "How the items are drawn: which are popular."),
            param("as", &ItemsStep::as,
                  "Whether items are asked for one after another, in parallel or as one list."),
            param("steps", &ItemsStep::steps, "Steps for the items."),
            name_param(&ItemsStep::name)};
    }

    // Of one request, whatever lists are within this one: each is a call of its own.
    static constexpr double kMost = 1'000'000;
    double all_items() const {
        return (as == ItemsAs::list ? 1.0 : double(value)) * items_within(steps);
    }
    void check(spec::Check& check) const {
        check.that(all_items() <= kMost, "items",
                   "lists of items within one another must have at most 1,000,000 items together",
                   "ask for fewer, or for all at once with \"as\": \"list\"");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const { visitor(steps, "/steps"); }
};

}  // namespace models
