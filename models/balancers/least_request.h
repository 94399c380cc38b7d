// The least busy of a few randomly sampled backends: power of two choices and its kin.
//
// Mitzenmacher, "The power of two choices in randomized load balancing" (2001). As Envoy's
// LEAST_REQUEST with equal weights (least_request_lb.cc): samples are drawn with replacement, so of
// two backends it takes the busier one in a quarter of the picks, and of equals the first sampled.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/context.h"
#include "models/spec/spec.h"

namespace models {

class LeastRequest final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "least_request";
        static constexpr std::string_view doc =
            "The least busy of a few randomly sampled backends.";
        std::uint32_t choices = 2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("choices", &Spec::choices, at_least(1u), at_most(1000u),
                                    "Backends sampled for each pick, with replacement.")};
        }
    };

    LeastRequest(const Spec& spec, const Context& context)
        : choices_(spec.choices), draws_(context.stream("least_request balancer")) {}

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        std::size_t best = draws_.below(candidates.size());
        for (std::uint32_t choice = 1; choice < choices_; ++choice) {
            const std::size_t other = draws_.below(candidates.size());
            if (candidates[other].active < candidates[best].active) best = other;
        }
        return best;
    }

private:
    std::uint32_t choices_;
    sim::Draws draws_;
};

}  // namespace models
