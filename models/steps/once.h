// {"once": "db", "steps": [...]}: an operation is done once, however often it is asked for.
#pragma once

#include <array>

#include "models/steps/step.h"

namespace models {

enum class RememberWhen : std::uint8_t { before, after };
constexpr auto names_of(RememberWhen) {
    return std::array{
        spec::Word{"before", RememberWhen::before,
                   "Before the steps: what a crash or a failure leaves undone is taken for done."},
        spec::Word{"after", RememberWhen::after, "After them: what a crash leaves is done again."}};
}

struct OnceStep {
    static constexpr std::string_view key = "once";
    static constexpr std::string_view doc =
        "Does its steps once for each operation (idempotent consumer): it looks in a store whether "
        "the operation was done, and remembers it there. In a transaction of that database the id "
        "commits with what the steps write, so nothing is between the two. Anywhere else there is "
        "a "
        "gap between effect and remembered id, and a crash in it loses or doubles the effect, as "
        "`remember` says. What was dropped is the count `duplicates`.";
    spec::RememberRef value;
    Times latency;
    RememberWhen remember = RememberWhen::after;
    Steps steps;
    std::string name;
    static constexpr auto body() {
        return spec::param("once", &OnceStep::value,
                           "Where it is remembered: a database, a Redis, or another node that "
                           "answers about items.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("latency", &OnceStep::latency,
                  "The network to the store, one way, instead of the links there."),
            param("remember", &OnceStep::remember,
                  "When the operation is remembered. In a transaction of that database it makes no "
                  "difference: the id is inserted first, and counts from the commit on."),
            param("steps", &OnceStep::steps, not_empty(), "Steps that are done once."),
            name_param(&OnceStep::name)};
    }
    spec::Around around() const { return around_way(latency); }
    void check(spec::Check& check) const {
        check.that(value.endpoint.empty(), "once", "what is remembered is asked for by its id",
                   "write \"" + value.node + "\"");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const { visitor(steps, "/steps"); }
};

}  // namespace models
