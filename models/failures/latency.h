// Instances answer later than they would: a slow dependency that is no node here, a lock, a bad
// disk. It takes time, and no core. Or what is sent between places takes longer on its way.
#pragma once

#include <chrono>

#include "models/failures/failure.h"
#include "models/failures/injection.h"

namespace models {

class Latency final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "latency";
        static constexpr std::string_view doc =
            "Added latency: every request at these instances takes longer and holds its thread or "
            "connection meanwhile. Or, between places: every message does.";
        static constexpr FailureClass failure_class = FailureClass::timing;
        static constexpr Abilities needs = Abilities::injection();
        Times time = spec::Constant<sim::Duration>{std::chrono::milliseconds(100)};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                outage_or_link_params<Spec>(),
                std::tuple{param("time", &Spec::time, "Added latency, drawn each time.")});
        }
        void check(spec::Check& check) const {
            Outage::check(check);
            check.that(time.build().mean() > 0, "time", "no time at all changes nothing",
                       "write how much is added: \"20ms\", or a distribution of it");
            check.that(!is_on_links() || !(time.build().variance() > 0), "time",
                       "on links it is the same for all messages", "give one duration");
        }
    };

    Latency(const Spec& spec, std::uint64_t stream) : latency_{spec.time.build(), stream} {}

    void strike(Instance& instance) override {
        as<Injectable>(instance).injection()->add(latency_);
    }
    void heal(Instance& instance) override {
        as<Injectable>(instance).injection()->remove(latency_);
    }
    LinkEffect effect() const override {
        LinkEffect effect;
        effect.more_latency = sim::from_seconds(latency_.time.mean());
        return effect;
    }

private:
    Injection::Latency latency_;
};

}  // namespace models
