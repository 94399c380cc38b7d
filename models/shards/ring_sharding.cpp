#include "models/shards/ring_sharding.h"

#include <algorithm>

#include "sim/rng.h"

namespace models {

const std::vector<RingSharding::Point>& RingSharding::ring_of(std::uint32_t shards) const {
    std::vector<Point>& ring = rings_[shards];
    if (!ring.empty()) return ring;
    for (std::uint32_t shard = 0; shard < shards; ++shard) {
        const std::uint64_t stream = sim::mix(shard + 1);
        for (std::uint32_t point = 0; point < points_; ++point) {
            ring.push_back({sim::request_key(stream, point), shard});
        }
    }
    std::sort(ring.begin(), ring.end());
    return ring;
}

std::int64_t RingSharding::shard_of(const Item& item, std::uint32_t shards) const {
    const std::vector<Point>& ring = ring_of(shards);
    const auto place =
        std::lower_bound(ring.begin(), ring.end(), Point{sim::name_hash(item.key), 0});
    return (place == ring.end() ? ring.front() : *place).shard;
}

std::int64_t JumpSharding::shard_of(const Item& item, std::uint32_t shards) const {
    return jump_hash(sim::name_hash(item.key), shards);
}

}  // namespace models
