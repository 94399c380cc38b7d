// Points on a circle: a key belongs to the first point at or after its hash.
//
// Karger et al., "Consistent hashing and random trees" (1997). Laid out as Envoy does it
// (ring_hash_lb.cc) or as nginx does it (ngx_http_upstream_hash_module.c, `consistent`; after
// libketama).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/hashing.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class RingLayout { envoy, nginx };

constexpr auto names_of(RingLayout) {
    return std::array{
        spec::Word{"envoy", RingLayout::envoy, "xxHash64 of name and number, 64 bits."},
        spec::Word{"nginx", RingLayout::nginx, "CRC-32 of the address, 160 points a weight."}};
}

class HashRing {
public:
    struct Plan {
        RingLayout layout = RingLayout::envoy;
        std::uint32_t virtual_nodes = 0;  // points per weight; 0: as the layout has it
        std::uint64_t minimum_size = 1024;
        std::uint64_t maximum_size = std::uint64_t{1} << 23;
    };
    struct Point {
        std::uint64_t hash;
        std::uint32_t index;  // whose it is, among the candidates
    };

    explicit HashRing(const Plan& plan) : plan_(plan) {}

    void build(std::span<const Candidate> candidates);

    std::uint64_t hash(std::uint64_t number) const;
    std::uint64_t hash(std::string_view text) const;

    // Which point a hash belongs to; the one after the last is the first.
    std::size_t find(std::uint64_t hash) const;
    std::span<const Point> points() const { return points_; }

private:
    void add_envoy_points(std::span<const Candidate> candidates);
    void add_nginx_points(std::span<const Candidate> candidates);

    Plan plan_;
    std::vector<Point> points_;
};

}  // namespace models
