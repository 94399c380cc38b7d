// Instances stand still: they take requests and answer none, until they go on where they stopped
// (SIGSTOP, a paused virtual machine, a stop-the-world without end).
#pragma once

#include <limits>

#include "models/failures/failure.h"
#include "models/failures/injection.h"

namespace models {

class Hang final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "hang";
        static constexpr std::string_view doc =
            "Instances hang: they accept requests and answer none, and work off the backlog "
            "afterwards. Only callers' timeouts and full queues show it.";
        static constexpr FailureClass failure_class = FailureClass::omission;
        static constexpr Abilities needs = Abilities::injection();
        static constexpr auto params() { return outage_params<Spec>(); }
    };

    Hang(const Spec&, std::uint64_t) {}

    // What it is at work on stands still with its cores.
    void strike(Instance& instance) override {
        if (auto* const cores = dynamic_cast<Slowable*>(&instance)) cores->slow_down(kForever);
        as<Injectable>(instance).injection()->hang();
    }
    void heal(Instance& instance) override {
        if (auto* const cores = dynamic_cast<Slowable*>(&instance)) cores->speed_up(kForever);
        as<Injectable>(instance).injection()->resume();
    }

private:
    static constexpr double kForever = std::numeric_limits<double>::infinity();
};

}  // namespace models
