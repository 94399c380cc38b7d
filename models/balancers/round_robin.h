// Each in turn.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class RoundRobin final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "round_robin";
        static constexpr std::string_view doc = "Each backend in turn.";
        static constexpr auto params() { return std::tuple{}; }
    };

    RoundRobin(const Spec&, const Context&) {}

    // The turn is with the first after the one that had it last, whoever has come or gone.
    void changed(const Roster& roster) override {
        next_ = 0;
        for (const Candidate& candidate : roster.servable) next_ += candidate.id < turn_ ? 1 : 0;
    }

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        if (next_ >= candidates.size()) next_ = 0;
        turn_ = candidates[next_].id + 1;
        return next_++;
    }

private:
    std::size_t next_ = 0;
    std::uint32_t turn_ = 0;  // the id that has the turn, or the next after it
};

}  // namespace models
