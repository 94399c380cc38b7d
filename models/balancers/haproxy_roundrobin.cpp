#include "models/balancers/haproxy_roundrobin.h"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

constexpr std::int64_t kScale = 16;  // BE_WEIGHT_SCALE: weights count in sixteenths
constexpr std::int64_t kRange = 257;
constexpr std::int64_t kHeaviest = 256 * kScale;

}  // namespace

// From the beginning, as after a reload.
void HaproxyRoundrobin::changed(const Roster& roster) {
    servers_.clear();
    current_.clear();
    gaps_.clear();
    next_gaps_.clear();
    total_ = 0;
    for (const Candidate& candidate : roster.servable) {
        const auto weight = std::llround(std::clamp(candidate.weight, 0.1, 256.0) * kScale);
        servers_.push_back({weight});
        total_ += weight;
        wait_for_gap(gaps_, static_cast<std::uint32_t>(servers_.size() - 1));
    }
    position_ = total_;
}

std::size_t HaproxyRoundrobin::pick(std::span<const Candidate>, const Request&) {
    Tree* from = nullptr;
    while (from == nullptr) {
        const bool reached =
            !current_.empty() && servers_[current_.begin()->server].next <= position_;
        if (!reached && !gaps_.empty()) {
            from = &gaps_;
        } else if (!current_.empty()) {
            from = &current_;
        } else {
            std::swap(gaps_, next_gaps_);
            position_ = total_;
        }
    }
    const std::uint32_t taken = from->begin()->server;
    from->erase(from->begin());
    if (from == &gaps_) servers_[taken].next = servers_[taken].remainder = 0;
    advance(servers_[taken]);
    ++position_;
    queue(taken);
    return taken;
}

void HaproxyRoundrobin::wait_for_gap(Tree& tree, std::uint32_t server) {
    tree.insert({kHeaviest - servers_[server].weight, orders_++, server});
}

void HaproxyRoundrobin::advance(Server& server) const {
    server.next = (server.next == 0 ? position_ : server.next) + total_ / server.weight;
    server.remainder += total_ % server.weight;
    if (server.remainder < server.weight) return;
    server.remainder -= server.weight;
    ++server.next;
}

void HaproxyRoundrobin::queue(std::uint32_t server) {
    Server& taken = servers_[server];
    if (taken.next >= 2 * total_) {
        taken.next -= total_;
        wait_for_gap(next_gaps_, server);
        return;
    }
    const std::int64_t key =
        kRange * taken.next + (kHeaviest + taken.remainder - taken.weight) / kScale;
    current_.insert({key, orders_++, server});
}

}  // namespace models
