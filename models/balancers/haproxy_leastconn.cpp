#include "models/balancers/haproxy_leastconn.h"

#include <algorithm>
#include <cmath>

namespace models {

void HaproxyLeastconn::changed(const Roster& roster) {
    tree_.clear();
    entries_.clear();
    for (std::uint32_t server = 0; server < roster.servable.size(); ++server) {
        entries_.push_back(tree_.insert({key(roster.servable[server]), orders_++, server}).first);
    }
}

void HaproxyLeastconn::loaded(std::span<const Candidate> candidates, std::size_t index) {
    const std::int64_t now = key(candidates[index]);
    if (entries_[index]->key == now) return;
    auto node = tree_.extract(entries_[index]);
    node.value() = {now, orders_++, static_cast<std::uint32_t>(index)};
    entries_[index] = tree_.insert(std::move(node)).position;
}

std::int64_t HaproxyLeastconn::key(const Candidate& candidate) {
    constexpr std::int64_t kHeaviest = 256 * 16;
    const auto weight = std::llround(std::clamp(candidate.weight, 0.1, 256.0) * 16);
    const std::int64_t connections = candidate.active;
    return connections == 0 ? 0 : (connections + 1) * kHeaviest / weight;
}

}  // namespace models
