// The one with the least work left: a bound that no real balancer reaches, since nobody knows how
// long requests will take.
//
// Least work left with one core and first come, first served at each backend is the same as one
// line for all (Kiefer and Wolfowitz, "On the theory of queues with many servers", 1955).
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class Perfect final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "perfect";
        static constexpr std::string_view doc =
            "An ideal, for comparison: the backend with the least work left, which no real "
            "balancer can know.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Perfect(const Spec&, const Context&) {}

    Wants wants() const override { return {.loads = true}; }
    void changed(const Roster& roster) override;
    void loaded(std::span<const Candidate> candidates, std::size_t index) override;
    std::size_t pick(std::span<const Candidate> candidates, const Request&) override;

private:
    static std::size_t least_work(std::span<const Candidate> candidates);

    std::vector<std::uint64_t> idle_;  // a bit each: who has no requests from here
};

}  // namespace models
