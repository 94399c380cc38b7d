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

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        if (next_ >= candidates.size()) next_ = 0;
        return next_++;
    }

private:
    std::size_t next_ = 0;
};

}  // namespace models
