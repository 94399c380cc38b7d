#include "models/balancers/haproxy_hash.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/balancers/haproxy_map.h"

namespace models {

namespace {

// Of the sdbm database library (hash.c, hash_sdbm).
std::uint32_t sdbm(std::string_view text) {
    std::uint32_t hash = 0;
    for (const char c : text) {
        hash = static_cast<unsigned char>(c) + (hash << 6U) + (hash << 16U) - hash;
    }
    return hash;
}

// Bob Jenkins' hash of a 32-bit number, every bit of which changes half of the result's bits
// (hash.h, __full_hash).
std::uint32_t avalanche(std::uint32_t a) {
    a = (a + 0x7ed55d16U) + (a << 12U);
    a = (a ^ 0xc761c23cU) ^ (a >> 19U);
    a = (a + 0x165667b1U) + (a << 5U);
    a = (a + 0xd3a2646cU) ^ (a << 9U);
    a = (a + 0xfd7046c5U) + (a << 3U);
    a = (a ^ 0xb55a4f09U) ^ (a >> 16U);
    return a * 3221225473U;
}

}  // namespace

// A server's points are numbered from 4096 times its number in the configuration, from 1 on. There
// are fewer for each unit of weight where the ring would be larger than 2^23.
void HaproxyHash::changed(const Roster& roster) {
    constexpr double kPointsPerWeight = 16;
    constexpr double kLargestRing = 1U << 23U;
    constexpr std::uint32_t kNumbers = 256 * 16;
    if (spec_.hash_type == HaproxyHashType::map_based) {
        map_ = haproxy_map(roster.servable);
        return;
    }
    points_.clear();
    double total = 0;
    for (const Candidate& each : roster.servable) total += std::clamp(each.weight, 1.0, 256.0);
    const double per_weight = std::min(kPointsPerWeight, kLargestRing / total);
    for (std::uint32_t index = 0; index < roster.servable.size(); ++index) {
        const Candidate& candidate = roster.servable[index];
        const double weight = std::round(std::clamp(candidate.weight, 1.0, 256.0));
        const auto count = static_cast<std::uint32_t>(std::ceil(weight * per_weight));
        for (std::uint32_t point = 0; point < count; ++point) {
            points_.push_back({avalanche((candidate.id + 1) * kNumbers + point), index});
        }
    }
    std::ranges::stable_sort(points_, {}, &Point::hash);
}

std::size_t HaproxyHash::pick(std::span<const Candidate>, const Request& request) {
    const std::uint64_t value = hashed_.of(request);
    if (hashed_.on() == HashOn::address) return find(static_cast<std::uint32_t>(value));
    std::array<char, 20> digits{};
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return find(sdbm({digits.data(), static_cast<std::size_t>(end - digits.data())}));
}

std::size_t HaproxyHash::pick(std::string_view text) const {
    return find(sdbm(text));
}

std::size_t HaproxyHash::find(std::uint32_t hash) const {
    if (spec_.hash_type == HaproxyHashType::map_based) return map_[hash % map_.size()];
    return nearest(avalanche(hash));
}

// The ring's ends are joined: distances are modulo 2^32.
std::size_t HaproxyHash::nearest(std::uint32_t hash) const {
    const auto at_or_after = std::ranges::lower_bound(points_, hash, {}, &Point::hash);
    const auto after = std::ranges::upper_bound(points_, hash, {}, &Point::hash);
    const Point& next = at_or_after == points_.end() ? points_.front() : *at_or_after;
    const Point& previous = after == points_.begin() ? points_.back() : *(after - 1);
    return hash - previous.hash <= next.hash - hash ? previous.index : next.index;
}

}  // namespace models
