// The one with the fewest open requests per weight: nginx's least_conn (least_connected.h).
//
// It compares requests / weight, not (requests + 1) / weight: among idle backends the weights only
// order the turns.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/least_connected.h"
#include "models/context.h"

namespace models {

class WeightedLeastConnections final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "weighted_least_connections";
        static constexpr std::string_view doc =
            "The backend with the fewest open requests per weight; equals take weighted turns "
            "(nginx's least_conn).";
        static constexpr auto params() { return std::tuple{}; }
    };

    WeightedLeastConnections(const Spec&, const Context&) {}

    Wants wants() const override { return {.loads = true}; }
    void changed(const Roster& roster) override { least_.set(roster.servable); }
    void loaded(std::span<const Candidate> candidates, std::size_t index) override {
        least_.load(static_cast<std::uint32_t>(index), candidates[index].active);
    }
    std::size_t pick(std::span<const Candidate>, const Request&) override { return least_.pick(); }

private:
    LeastConnected least_{LeastConnected::Weights::used};
};

}  // namespace models
