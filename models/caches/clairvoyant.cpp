#include "models/caches/clairvoyant.h"

#include <algorithm>
#include <queue>
#include <unordered_map>
#include <utility>

namespace models {

namespace {

constexpr std::size_t kNever = ~std::size_t{0};

std::vector<std::size_t> next_uses(std::span<const std::uint64_t> keys) {
    std::vector<std::size_t> next(keys.size(), kNever);
    std::unordered_map<std::uint64_t, std::size_t> later;
    for (std::size_t at = keys.size(); at-- > 0;) {
        const auto [place, is_new] = later.try_emplace(keys[at], at);
        if (!is_new) next[at] = std::exchange(place->second, at);
    }
    return next;
}

}  // namespace

// What is in the cache is known by the time of its next use: a lookup is a hit when it is the next
// use of something there. What has been used since stays in the heap, below all that is there.
std::vector<bool> clairvoyant_hits(std::span<const std::uint64_t> keys, std::uint64_t entries) {
    std::vector<bool> hits(keys.size());
    if (entries == 0) return hits;
    const std::vector<std::size_t> next = next_uses(keys);
    std::priority_queue<std::size_t> farthest;
    std::uint64_t there = 0;
    for (std::size_t at = 0; at < keys.size(); ++at) {
        if (!hits[at] && there == entries) {
            if (farthest.top() != kNever) hits[farthest.top()] = false;
            farthest.pop();
            --there;
        }
        there += hits[at] ? 0 : 1;
        farthest.push(next[at]);
        if (next[at] != kNever) hits[next[at]] = true;
    }
    return hits;
}

}  // namespace models
