#include "models/balancers/prequal.h"

#include <algorithm>
#include <cmath>

namespace models {

// Indices mean others now.
void Prequal::changed(const Roster&) {
    on_the_way_.clear();
    pool_.clear();
}

void Prequal::answered(const Candidate& candidate, const Answer& answer) {
    if (answer.given_up || answer.outcome != Outcome::succeeded) return;
    if (candidate.id >= latencies_.size()) latencies_.resize(candidate.id + 1);
    latencies_[candidate.id].add(answer.found, answer.latency);
}

std::size_t Prequal::pick(std::span<const Candidate> candidates, const Request&) {
    receive();
    std::size_t chosen = 0;
    if (pool_.size() < 2) {
        chosen = draws_.below(candidates.size());
    } else {
        const std::size_t at = best();
        Probe& probe = pool_[at];
        chosen = probe.index;
        ++probe.rif;
        if (--probe.uses < 1) pool_.erase(pool_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (std::uint32_t removed = 0; removed < spec_.removals; ++removed) remove_one();
    send_probes(candidates);
    return chosen;
}

void Prequal::send_probes(std::span<const Candidate> candidates) {
    const sim::Time usable = scheduler_.now() + spec_.probe_time;
    for (std::uint32_t sent = 0; sent < spec_.probes; ++sent) {
        const std::size_t index = draws_.below(candidates.size());
        const Candidate& candidate = candidates[index];
        const sim::Duration latency = candidate.id < latencies_.size()
                                          ? latencies_[candidate.id].expected(candidate.active)
                                          : sim::Duration::zero();
        on_the_way_.push_back({static_cast<std::uint32_t>(index), candidate.active, latency, usable,
                               std::floor(uses(candidates.size()) + draws_.uniform())});
    }
}

// A newer answer of a backend takes the place of an older one.
void Prequal::receive() {
    const sim::Time now = scheduler_.now();
    std::erase_if(pool_,
                  [&](const Probe& probe) { return now - probe.usable > spec_.maximum_age; });
    for (; !on_the_way_.empty() && on_the_way_.front().usable <= now; on_the_way_.pop_front()) {
        const Probe& probe = on_the_way_.front();
        rifs_.add(probe.rif);
        const auto older = std::ranges::find(pool_, probe.index, &Probe::index);
        if (older != pool_.end()) {
            pool_.erase(older);
        } else if (pool_.size() >= spec_.pool_size) {
            pool_.erase(pool_.begin());
        }
        pool_.push_back(probe);
    }
    hot_above_ = rifs_.at(spec_.hot_quantile);
}

std::size_t Prequal::best() const {
    std::size_t best = 0;
    for (std::size_t at = 1; at < pool_.size(); ++at) {
        if (better(pool_[at], pool_[best])) best = at;
    }
    return best;
}

bool Prequal::better(const Probe& one, const Probe& other) const {
    const bool one_is_hot = one.rif > hot_above_;
    const bool other_is_hot = other.rif > hot_above_;
    if (one_is_hot != other_is_hot) return other_is_hot;
    return one_is_hot ? one.rif < other.rif : one.latency < other.latency;
}

void Prequal::remove_one() {
    if (pool_.empty()) return;
    auto removed = pool_.begin();
    if (!remove_oldest_) {
        removed = std::ranges::max_element(
            pool_, [&](const Probe& one, const Probe& other) { return better(one, other); });
    }
    remove_oldest_ = !remove_oldest_;
    pool_.erase(removed);
}

// b_reuse of the paper, with delta = 1: so many that the pool does not run dry. With few backends,
// all of which the pool could hold, there is no such number; then, and in any case, two at most.
double Prequal::uses(std::size_t backends) const {
    const double held = static_cast<double>(spec_.pool_size) / static_cast<double>(backends);
    const double gained = (1 - held) * spec_.probes - spec_.removals;
    return gained > 0 ? std::clamp(2 / gained, 1.0, 2.0) : 1.0;
}

}  // namespace models
