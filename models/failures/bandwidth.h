// Some links carry less than they could: a neighbour's backup, a limit that was forgotten.
#pragma once

#include "models/failures/link_failure.h"

namespace models {

class Bandwidth final : public LinkFailure {
public:
    struct Spec : LinkOutage {
        static constexpr std::string_view kind = "bandwidth";
        static constexpr std::string_view doc =
            "Of the bandwidth between these places only a share is left.";
        sim::Fraction left{0.1};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                link_outage_params<Spec>(),
                std::tuple{param("left", &Spec::left, above(sim::Fraction{0}),
                                 "Which share of it; links without a limit stay without.")});
        }
    };

    Bandwidth(const Spec& spec, std::uint64_t) : left_(spec.left.value) {}

    LinkEffect effect() const override {
        LinkEffect effect;
        effect.bandwidth_share = left_;
        return effect;
    }

private:
    double left_;
};

}  // namespace models
