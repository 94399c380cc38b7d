// Consistent hashing: each shard has points on a circle, and an item belongs to the first point at
// or after its hash. One more shard takes its share from all others, and nothing else moves.
//
// Karger et al., "Consistent hashing and random trees" (1997). How even it is depends on the points
// of each shard: the share of one of n varies by about 1 / sqrt(points).
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "models/hashes/jump_hash.h"
#include "models/shards/sharding.h"
#include "models/spec/declaration/spec.h"

namespace models {

class RingSharding final : public Sharding {
public:
    struct Spec {
        static constexpr std::string_view kind = "ring";
        static constexpr std::string_view doc = "Consistent hashing on a ring of points.";
        std::uint32_t points = 160;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("points", &Spec::points, at_least(1u), at_most(100000u),
                                    "Points of each shard on the ring (virtual nodes); more make "
                                    "the shards more even.")};
        }
    };

    explicit RingSharding(const Spec& spec) : points_(spec.points) {}

    std::int64_t shard_of(const Item& item, std::uint32_t shards) const override;

private:
    struct Point {
        std::uint64_t hash;
        std::uint32_t shard;
        auto operator<=>(const Point&) const = default;
    };

    const std::vector<Point>& ring_of(std::uint32_t shards) const;

    std::uint32_t points_;
    mutable std::map<std::uint32_t, std::vector<Point>> rings_;  // by the number of shards
};

// Lamping and Veach's jump hash: as little moves, all are even, and only the last can go.
class JumpSharding final : public Sharding {
public:
    struct Spec {
        static constexpr std::string_view kind = "jump";
        static constexpr std::string_view doc =
            "Jump consistent hashing: even, and a new shard takes only its own share of the items.";
        static constexpr auto params() { return std::tuple{}; }
    };

    explicit JumpSharding(const Spec&) {}

    std::int64_t shard_of(const Item& item, std::uint32_t shards) const override;
};

}  // namespace models
