// The ring of HAProxy's consistent hashing, from which `balance random` draws as well (lb_chash.c).
//
// A server has 16 points for each unit of its weight. A hash belongs to the nearest point, on
// either side; unlike Envoy's and nginx's rings, where the next one has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/balancers/balancer.h"

namespace models {

class HaproxyRing {
public:
    void set(std::span<const Candidate> candidates);

    // Whose the nearest point is.
    std::size_t nearest(std::uint32_t hash) const { return points_[point_near(hash)].index; }
    // The nearest that has room, and from there on round the ring; the first of them when nobody
    // has. `limit`: requests there may be at each, hash-balance-factor in percent of the mean.
    std::size_t with_room(std::span<const Candidate> candidates, std::uint32_t hash,
                          double limit) const;

private:
    struct Point {
        std::uint32_t hash;
        std::uint32_t index;
    };

    std::size_t point_near(std::uint32_t hash) const;

    std::vector<Point> points_;  // in order
};

// Bob Jenkins' hash of a 32-bit number, every bit of which changes half of the result's bits
// (hash.h, __full_hash).
std::uint32_t haproxy_avalanche(std::uint32_t a);

}  // namespace models
