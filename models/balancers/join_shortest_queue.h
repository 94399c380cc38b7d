// The one with the fewest open requests, any of equals: JSQ, as queueing theory has it.
//
// Winston, "Optimality of the shortest line discipline" (1977). Backends of equal load share a
// list, so a pick is one draw and a change of load one exchange.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class JoinShortestQueue final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "join_shortest_queue";
        static constexpr std::string_view doc =
            "The backend with the fewest open requests; any of equals, each as likely.";
        static constexpr auto params() { return std::tuple{}; }
    };

    JoinShortestQueue(const Spec&, const Context& context)
        : draws_(context.stream("join_shortest_queue balancer")) {}

    Wants wants() const override { return {.loads = true}; }
    void changed(const Roster& roster) override;
    void loaded(std::span<const Candidate> candidates, std::size_t index) override;
    std::size_t pick(std::span<const Candidate>, const Request&) override;

private:
    struct Ranked {
        std::uint32_t load;
        std::uint32_t position;  // in the list of that load
    };

    void enter(std::uint32_t index, std::uint32_t load);
    void leave(std::uint32_t index);

    sim::Draws draws_;
    std::vector<Ranked> places_;                     // by index
    std::vector<std::vector<std::uint32_t>> loads_;  // who has 0, 1, 2, ... requests
    std::uint32_t least_ = 0;                        // nobody has fewer
};

}  // namespace models
