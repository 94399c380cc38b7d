// Any, in proportion to the weights: nginx's `random` (ngx_http_upstream_random_module.c).
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/weighted_draw.h"
#include "models/context.h"

namespace models {

class WeightedRandom final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "weighted_random";
        static constexpr std::string_view doc = "Any backend, as likely as its weight says.";
        static constexpr auto params() { return std::tuple{}; }
    };

    WeightedRandom(const Spec&, const Context& context)
        : draws_(context.stream("weighted_random balancer")) {}

    void changed(const Roster& roster) override { weights_.set(roster.servable); }
    std::size_t pick(std::span<const Candidate>, const Request&) override {
        return weights_.draw(draws_);
    }

private:
    sim::Draws draws_;
    WeightedDraw weights_;
};

}  // namespace models
