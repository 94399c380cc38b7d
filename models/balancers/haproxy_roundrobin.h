// Weighted turns as HAProxy's `balance roundrobin` takes them (lb_fwrr.c).
//
// Every server has a next position; the one whose position is reached first is taken, and goes on
// by the total weight over its own, the remainder kept. New servers, and those whose next position
// lies beyond this round, wait for a gap, the heaviest first. So 3, 2, 1 are a b a c a b, where
// nginx says a b a c b a.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class HaproxyRoundrobin final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "haproxy_roundrobin";
        static constexpr std::string_view doc =
            "Each backend in turn, in proportion to its weight (HAProxy's balance roundrobin).";
        static constexpr auto params() { return std::tuple{}; }
    };

    HaproxyRoundrobin(const Spec&, const Context&) {}

    Wants wants() const override { return {.when_full = WhenFull::again}; }
    void changed(const Roster& roster) override;
    std::size_t pick(std::span<const Candidate>, const Request&) override;

private:
    struct Server {
        std::int64_t weight;
        std::int64_t next = 0;       // position; 0 before its first turn
        std::int64_t remainder = 0;  // of the total weight over its own, so far
    };
    // Of equal keys the one that has waited longer is first, as in HAProxy's trees.
    struct Entry {
        std::int64_t key;
        std::uint64_t order;
        std::uint32_t server;
        auto operator<=>(const Entry&) const = default;
    };
    using Tree = std::set<Entry>;

    void wait_for_gap(Tree& tree, std::uint32_t server);
    void advance(Server& server) const;
    void queue(std::uint32_t server);

    std::vector<Server> servers_;
    Tree current_;
    Tree gaps_;       // take their turn when nobody's position is reached
    Tree next_gaps_;  // the same, in the next round
    std::int64_t total_ = 0;
    std::int64_t position_ = 0;
    std::uint64_t orders_ = 0;
};

}  // namespace models
