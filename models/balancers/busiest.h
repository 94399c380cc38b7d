// The one that has the most to do already: a control that any other must beat.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/ranking.h"
#include "models/context.h"

namespace models {

class Busiest final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "busiest";
        static constexpr std::string_view doc =
            "The backend with the most open requests: for comparison, the worst there is.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Busiest(const Spec&, const Context&) {}

    Wants wants() const override { return {.loads = true}; }

    void changed(const Roster& roster) override {
        ranking_.clear();
        positions_.resize(roster.servable.size());
        for (std::uint32_t index = 0; index < positions_.size(); ++index) {
            ranking_.add(index, -static_cast<double>(roster.servable[index].active));
        }
    }

    void loaded(std::span<const Candidate> candidates, std::size_t index) override {
        ranking_.move(static_cast<std::uint32_t>(index),
                      -static_cast<double>(candidates[index].active));
    }

    std::size_t pick(std::span<const Candidate>, const Request&) override {
        return ranking_.first();
    }

private:
    Ranking::Positions positions_;
    Ranking ranking_{positions_};
};

}  // namespace models
