// Each in turn, the heavier more often.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/smooth_order.h"
#include "models/context.h"

namespace models {

class WeightedRoundRobin final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "weighted_round_robin";
        static constexpr std::string_view doc =
            "Each backend in turn, in proportion to its weight and evenly spread (nginx's smooth "
            "order).";
        static constexpr auto params() { return std::tuple{}; }
    };

    WeightedRoundRobin(const Spec&, const Context&) {}

    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate>, const Request&) override { return order_.pick(); }

private:
    Ranking::Positions positions_;
    SmoothOrder order_{positions_};
    std::vector<Candidate> candidates_;
    std::vector<double> currents_;  // by id, of those that are not in turn now
};

}  // namespace models
