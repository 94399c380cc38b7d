// AWS' Application Load Balancer: round robin unless another algorithm is asked for.
//
// Target group attribute load_balancing.algorithm.type (Elastic Load Balancing user guide, "Edit
// target group attributes"): round_robin is the default, least_outstanding_requests takes the
// target with the fewest requests in progress, weighted_random draws.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class AlbAlgorithm { round_robin, least_outstanding_requests, weighted_random };

constexpr auto names_of(AlbAlgorithm) {
    return std::array{
        spec::Word{"round_robin", AlbAlgorithm::round_robin, "Each in turn."},
        spec::Word{"least_outstanding_requests", AlbAlgorithm::least_outstanding_requests,
                   "The one with the fewest requests in progress."},
        spec::Word{"weighted_random", AlbAlgorithm::weighted_random, "At random, by weight."}};
}

class Alb final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "alb";
        static constexpr std::string_view doc = "AWS' Application Load Balancer.";
        AlbAlgorithm algorithm = AlbAlgorithm::round_robin;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("algorithm", &Spec::algorithm,
                      "Routing algorithm of the target group (load_balancing.algorithm.type).")};
        }
    };

    Alb(const Spec& spec, const Context& context);

    Wants wants() const override { return algorithm_->wants(); }
    void changed(const Roster& roster) override { algorithm_->changed(roster); }
    void loaded(std::span<const Candidate> candidates, std::size_t index) override {
        algorithm_->loaded(candidates, index);
    }
    std::size_t pick(std::span<const Candidate> candidates, const Request& request) override {
        return algorithm_->pick(candidates, request);
    }

private:
    std::unique_ptr<Balancer> algorithm_;
};

}  // namespace models
