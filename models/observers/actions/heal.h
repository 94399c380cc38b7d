// Somebody repairs what has failed, before it would have healed by itself.
#pragma once

#include "models/observers/actions/action.h"

namespace models {

class Heal final : public AlertAction {
public:
    struct Spec {
        static constexpr std::string_view kind = "heal";
        static constexpr std::string_view doc = "Heals one of the scenario's failures.";
        std::string failure;
        Times after;
        ActionNeeds needs() const { return {.failure = &failure}; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{required("failure", &Spec::failure,
                                       "The failure, by its place in the list: \"failures[0]\". "
                                       "What is not in force is left alone."),
                              after_param<Spec>()};
        }
    };
    explicit Heal(const Spec& spec) : failure_(failure_named(spec.failure).value_or(0)) {}

    void act(Controls& controls, const std::string& why) override { controls.heal(failure_, why); }

private:
    std::size_t failure_;
};

}  // namespace models
