// The least busy of a few randomly sampled backends: power of two choices and its kin.
//
// Mitzenmacher, "The power of two choices in randomized load balancing" (2001). As Envoy's
// LEAST_REQUEST (least_request_lb.cc): samples are drawn with replacement, so of two backends it
// takes the busier one in a quarter of the picks, and of equals the last sampled
// (load_balancer_impl_test.cc, LeastRequestLoadBalancerTest). With unequal weights it samples
// nobody: backends take turns by deadlines, each with weight / (active + 1)^active_request_bias.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/earliest_deadline.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

class LeastRequest final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "least_request";
        static constexpr std::string_view doc =
            "The least busy of a few randomly sampled backends; with weights, turns in proportion "
            "to weight over load (Envoy).";
        std::uint32_t choices = 2;
        double active_request_bias = 1;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("choices", &Spec::choices, at_least(1u), at_most(1000u),
                      "Backends sampled for each pick, with replacement, when weights are equal."),
                param("active_request_bias", &Spec::active_request_bias, at_least(0.0),
                      at_most(100.0),
                      "How strongly load counts when weights differ. With 0 load is ignored: "
                      "backends take turns by weight.")};
        }
    };

    LeastRequest(const Spec& spec, const Context& context)
        : spec_(spec), draws_(context.stream("least_request balancer")) {}

    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request&) override;

private:
    double weight(const Candidate& candidate) const;

    Spec spec_;
    sim::Draws draws_;
    bool by_deadline_ = false;
    EarliestDeadline turns_;
};

}  // namespace models
