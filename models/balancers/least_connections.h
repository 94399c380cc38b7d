// The one with the fewest open requests: nginx's least_conn without weights (least_connected.h).
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/least_connected.h"
#include "models/context.h"

namespace models {

class LeastConnections final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "least_connections";
        static constexpr std::string_view doc =
            "The backend with the fewest open requests; equals take turns.";
        static constexpr auto params() { return std::tuple{}; }
    };

    LeastConnections(const Spec&, const Context&) {}

    Wants wants() const override { return {.loads = true}; }
    void changed(const Roster& roster) override { least_.set(roster.servable); }
    void loaded(std::span<const Candidate> candidates, std::size_t index) override {
        least_.load(static_cast<std::uint32_t>(index), candidates[index].active);
    }
    std::size_t pick(std::span<const Candidate>, const Request&) override { return least_.pick(); }

private:
    LeastConnected least_{LeastConnected::Weights::ignored};
};

}  // namespace models
