// A game day is called off.
#pragma once

#include "models/observers/actions/action.h"

namespace models {

class Abort final : public AlertAction {
public:
    struct Spec {
        static constexpr std::string_view kind = "abort";
        static constexpr std::string_view doc =
            "Aborts the experiment: all failures heal at once, and no more strike.";
        Times after;
        ActionNeeds needs() const { return {.any_failure = true}; }
        static constexpr auto params() { return std::tuple{after_param<Spec>()}; }
    };
    explicit Abort(const Spec&) {}

    void act(Controls& controls, const std::string& why) override { controls.call_off(why); }
};

}  // namespace models
