// Those with the fewest requests per weight, and among equals whose turn it is: nginx's least_conn.
//
// nginx takes the peer with the least conns / weight, and when several have that, the one that
// smooth weighted round robin names, with only these taking part (ngx_http_upstream_least_conn_
// module.c). It goes over all peers for each request. Here peers of equal load form a level with a
// turn of its own, and a request moves its peer from one level to the next.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/smooth_order.h"

namespace models {

class LeastConnected {
public:
    enum class Weights { used, ignored };
    explicit LeastConnected(Weights weights) : weights_(weights) {}

    void set(std::span<const Candidate> candidates);
    void load(std::uint32_t index, std::uint32_t active);
    std::size_t pick() { return levels_.begin()->second.pick(); }

private:
    using Levels = std::map<double, SmoothOrder>;  // by requests per weight; none is empty

    struct Peer {
        std::uint32_t id;
        double weight;
        Levels::iterator level;
    };

    void enter(std::uint32_t index, std::uint32_t active, double current);
    double leave(std::uint32_t index);

    Weights weights_;
    Ranking::Positions positions_;
    Levels levels_;
    std::vector<Peer> peers_;       // by index
    std::vector<double> currents_;  // by id, of those that are no candidates now
};

}  // namespace models
