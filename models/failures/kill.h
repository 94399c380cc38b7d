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
        static constexpr Abilities needs = Abilities::restart();
        Spec() { lasts = sim::Duration(1); }  // nothing is left to heal
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("target", &Spec::target,
                         "The server whose instances it strikes, or one instance: \"shop[3]\"."),
                param(
                    "instances", &Spec::instances,
                    "Number of instances that fail, from the first. With 0 (the default) all do."),
                param("share", &Spec::share, above(sim::Fraction{0}),
                      "Share of the target's instances that fail, from the first, rounded up."),
                param("zone", &Spec::zone, "Only instances that are in this zone at that time."),
                param("region", &Spec::region,
                      "Only instances that are in this region of the network at that time."),
                param("at", &Spec::at, at_least(sim::Duration::zero()),
                      "When it strikes, from the start of the run (warm-up included). With a "
                      "condition: the earliest time."),
                param("when", &Spec::when,
                      "Condition on which it strikes, once: \"web.in_flight > 100\". Without it, "
                      "it strikes at `at`."),
                param("every", &Spec::every, above(sim::Duration::zero()),
                      "Interval at which the condition is checked.")};
        }
    };

    Kill(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override { as<Restartable>(instance).kill_process(); }
    void heal(Instance&) override {}
};

}  // namespace models
