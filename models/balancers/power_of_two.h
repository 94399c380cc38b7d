// The less busy of two different backends.
//
// Mitzenmacher, "The power of two choices in randomized load balancing" (2001); as nginx's
// `random two least_conn` (ngx_http_upstream_random_module.c): both are drawn by weight, fewer
// requests per weight win, and of equals the second. nginx gives up on finding a second one after
// 20 draws and takes turns; here the first stands then.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/weighted_draw.h"
#include "models/context.h"

namespace models {

class PowerOfTwo final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "power_of_two";
        static constexpr std::string_view doc =
            "Power of two choices: the less busy of two different backends, drawn by weight "
            "(nginx's random two least_conn).";
        static constexpr auto params() { return std::tuple{}; }
    };

    PowerOfTwo(const Spec&, const Context& context)
        : draws_(context.stream("power_of_two balancer")) {}

    void changed(const Roster& roster) override { weights_.set(roster.servable); }

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        const std::size_t first = weights_.draw(draws_);
        std::size_t second = first;
        for (int tries = 1; second == first && tries < 20; ++tries) second = weights_.draw(draws_);
        const Candidate& one = candidates[first];
        const Candidate& other = candidates[second];
        const bool first_is_less_busy = other.active * one.weight > one.active * other.weight;
        return first_is_less_busy ? first : second;
    }

private:
    sim::Draws draws_;
    WeightedDraw weights_;
};

}  // namespace models
