// The order in which nginx takes weighted peers: smooth weighted round robin.
//
// For each pick every peer's current weight grows by its weight; the peer with the greatest is
// taken (the first in the list of equals) and gives back the sum of all weights
// (ngx_http_upstream_round_robin.c, ngx_http_upstream_get_peer; commit 52327e0627f4).
//
// nginx goes over all peers. Peers of one weight grow alike, so here they keep their order among
// themselves in a heap and grow in one number, and a pick goes over the different weights only.
#pragma once

#include <cstdint>
#include <vector>

#include "models/balancers/ranking.h"

namespace models {

class SmoothOrder {
public:
    explicit SmoothOrder(Ranking::Positions& positions) : positions_(&positions) {}

    bool empty() const { return groups_.empty(); }

    // `current` is what it had when it left, or 0.
    void add(std::uint32_t peer, double weight, double current);
    // Its current weight.
    double remove(std::uint32_t peer, double weight);
    double current(std::uint32_t peer, double weight) const;

    std::uint32_t pick();

private:
    struct Group {
        double weight;
        double grown;   // by how much each has grown since it had the key it has
        Ranking peers;  // by the negative of (current - grown)
    };
    std::size_t find(double weight) const;

    Ranking::Positions* positions_;
    std::vector<Group> groups_;  // none is empty
};

}  // namespace models
