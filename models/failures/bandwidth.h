// Some links carry less than they could: a neighbour's backup, a limit that was forgotten.
#pragma once

#include "models/failures/link_failure.h"

namespace models {

class Bandwidth final : public LinkFailure {
public:
    struct Spec : LinkOutage {
        static constexpr std::string_view kind = "bandwidth";
        static constexpr std::string_view doc = "Reduced bandwidth between these places.";
        static constexpr FailureClass failure_class = FailureClass::exhaustion;
        sim::Fraction remaining{0.1};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                link_outage_params<Spec>(),
                std::tuple{
                    param("remaining", &Spec::remaining, above(sim::Fraction{0}),
                          "Share of the bandwidth that remains. Unlimited links stay unlimited.")});
        }
    };

    Bandwidth(const Spec& spec, std::uint64_t) : remaining_(spec.remaining.value) {}

    LinkEffect effect() const override {
        LinkEffect effect;
        effect.bandwidth_share = remaining_;
        return effect;
    }

private:
    double remaining_;
};

}  // namespace models
