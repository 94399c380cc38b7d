#include "models/balancers/haproxy_ring.h"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

std::uint64_t weight_of(const Candidate& candidate) {
    return static_cast<std::uint64_t>(std::round(std::clamp(candidate.weight, 1.0, 256.0)));
}

// The slots of all requests there may be, handed out to the servers by weight: whole ones to each,
// and the rest one by one (chash_server_is_eligible).
class Slots {
public:
    Slots(std::span<const Candidate> candidates, double limit) {
        std::uint64_t active = 0;
        for (const Candidate& each : candidates) {
            total_ += weight_of(each);
            active += each.active;
        }
        all_ = static_cast<std::uint64_t>(std::ceil(static_cast<double>(active + 1) * limit / 100));
    }

    // `before`: the weights of those ahead of it.
    std::uint64_t of(const Candidate& candidate, std::uint64_t before) const {
        const std::uint64_t weight = weight_of(candidate);
        const std::uint64_t rest = all_ % total_;
        const std::uint64_t slots =
            weight * (all_ / total_) + (before + weight) * rest / total_ - before * rest / total_;
        return std::max<std::uint64_t>(slots, 1);
    }

private:
    std::uint64_t total_ = 0;
    std::uint64_t all_ = 0;
};

}  // namespace

std::uint32_t haproxy_avalanche(std::uint32_t a) {
    a = (a + 0x7ed55d16U) + (a << 12U);
    a = (a ^ 0xc761c23cU) ^ (a >> 19U);
    a = (a + 0x165667b1U) + (a << 5U);
    a = (a + 0xd3a2646cU) ^ (a << 9U);
    a = (a + 0xfd7046c5U) + (a << 3U);
    a = (a ^ 0xb55a4f09U) ^ (a >> 16U);
    return a * 3221225473U;
}

// A server's points are numbered from 4096 times its number in the configuration, from 1 on. There
// are fewer for each unit of weight where the ring would be larger than 2^23.
void HaproxyRing::set(std::span<const Candidate> candidates) {
    constexpr double kPointsPerWeight = 16;
    constexpr double kLargestRing = 1U << 23U;
    constexpr std::uint32_t kNumbers = 256 * 16;
    points_.clear();
    double total = 0;
    for (const Candidate& each : candidates) total += std::clamp(each.weight, 1.0, 256.0);
    const double per_weight = std::min(kPointsPerWeight, kLargestRing / total);
    for (std::uint32_t index = 0; index < candidates.size(); ++index) {
        const auto weight = static_cast<double>(weight_of(candidates[index]));
        const auto count = static_cast<std::uint32_t>(std::ceil(weight * per_weight));
        for (std::uint32_t point = 0; point < count; ++point) {
            const std::uint32_t number = (candidates[index].id + 1) * kNumbers + point;
            points_.push_back({haproxy_avalanche(number), index});
        }
    }
    std::ranges::stable_sort(points_, {}, &Point::hash);
}

// The ring's ends are joined: distances are modulo 2^32.
std::size_t HaproxyRing::point_near(std::uint32_t hash) const {
    const auto at_or_after = std::ranges::lower_bound(points_, hash, {}, &Point::hash);
    const auto after = std::ranges::upper_bound(points_, hash, {}, &Point::hash);
    const auto next = at_or_after == points_.end() ? points_.begin() : at_or_after;
    const auto previous = after == points_.begin() ? points_.end() - 1 : after - 1;
    const bool is_previous = hash - previous->hash <= next->hash - hash;
    return static_cast<std::size_t>((is_previous ? previous : next) - points_.begin());
}

std::size_t HaproxyRing::with_room(std::span<const Candidate> candidates, std::uint32_t hash,
                                   double limit) const {
    const Slots slots(candidates, limit);
    std::vector<bool> has_room;
    std::uint64_t before = 0;
    for (const Candidate& each : candidates) {
        has_room.push_back(each.active < slots.of(each, before));
        before += weight_of(each);
    }
    const std::size_t first = point_near(hash);
    for (std::size_t step = 0; step < points_.size(); ++step) {
        const Point& point = points_[(first + step) % points_.size()];
        if (has_room[point.index]) return point.index;
    }
    return points_[first].index;
}

}  // namespace models
