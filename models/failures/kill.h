// A process dies, and whoever watches over it starts it again: after its back-off
// (CrashLoopBackOff) and its start_time it serves again. A `crash` is down for as long as is said,
// whatever happens.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Kill final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "kill";
        static constexpr std::string_view doc =
            "Processes of a server die at a moment, and are started again as its lifecycle says: "
            "at once, after 10s, 20s and so on up to 5min, and then start_time.";
        static constexpr FailureClass failure_class = FailureClass::crash;
        static constexpr Abilities needs = Abilities::restart();
        Spec() { lasts = sim::Duration(1); }  // nothing is left to heal
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{required("target", &Spec::target,
                                    "The server whose instances it strikes, or one instance: "
                                    "\"shop[3]\".")},
                moment_params<Spec>());
        }
    };

    Kill(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override { as<Restartable>(instance).kill_process(); }
    void heal(Instance&) override {}
};

}  // namespace models
