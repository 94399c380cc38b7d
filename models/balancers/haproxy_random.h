// HAProxy's `balance random(draws)`: the least busy of several servers drawn from the ring of
// consistent hashing (backend.c, get_server_rnd).
//
// As each server has its points of that ring, 16 for a unit of weight, some are drawn more often
// than others of their weight, by a tenth and more. The same server may be drawn twice; of equally
// busy ones the one drawn last takes the request.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/balancers/haproxy_ring.h"
#include "models/context.h"

namespace models {

class HaproxyRandom final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "haproxy_random";
        static constexpr std::string_view doc =
            "The least busy of several servers drawn from the ring of consistent hashing "
            "(HAProxy's balance random).";
        std::uint32_t draws = 2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("draws", &Spec::draws, at_least(1u), at_most(1000u),
                                    "Servers drawn for each request, as in random(2).")};
        }
    };

    HaproxyRandom(const Spec& spec, const Context& context)
        : spec_(spec), draws_(context.stream("haproxy_random balancer")) {}

    Wants wants() const override { return {.when_full = WhenFull::again}; }
    void changed(const Roster& roster) override { ring_.set(roster.servable); }

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        std::size_t best = drawn();
        for (std::uint32_t i = 1; i < spec_.draws; ++i) {
            const std::size_t other = drawn();
            const Candidate& one = candidates[best];
            const Candidate& two = candidates[other];
            if (two.active * one.weight <= one.active * two.weight) best = other;
        }
        return best;
    }

private:
    std::size_t drawn() { return ring_.nearest(static_cast<std::uint32_t>(draws_.next() >> 32U)); }

    Spec spec_;
    sim::Draws draws_;
    HaproxyRing ring_;
};

}  // namespace models
