#include "models/pools/queue.h"

#include <algorithm>

namespace models {

sim::Semaphore& PoolQueue::places(BackendId id) {
    while (places_of_.size() <= id) {
        places_of_.push_back(std::make_unique<sim::Semaphore>(context_.scheduler(), spec_.maxconn));
    }
    return *places_of_[id];
}

bool PoolQueue::has_room(const sim::Semaphore& places) const {
    return spec_.maxqueue == 0 || !places.full() || places.waiting() < spec_.maxqueue;
}

sim::Semaphore::TakingUntil PoolQueue::wait(sim::Semaphore& places) {
    const bool waits = places.full() || places.waiting() > 0;
    waiting_peak_ = std::max(waiting_peak_, places.waiting() + (waits ? 1 : 0));
    const sim::Time now = context_.now();
    const bool for_ever = spec_.timeout > sim::kForever - now;
    return places.take_until(for_ever ? sim::kForever : now + spec_.timeout);
}

sim::Use PoolQueue::use() const {
    sim::Use sum = places_.use();
    if (waits_at_pool()) return sum;
    sum = {};
    for (const auto& places : places_of_) {
        const sim::Use use = places->use();
        sum.size += use.size;
        sum.in_use += use.in_use;
        sum.waiting += use.waiting;
        sum.full = std::max(sum.full, use.full);
        sum.taken += use.taken;
        sum.refused += use.refused;
    }
    return sum;
}

void PoolQueue::note(BackendId id) {
    if (!waits_at_pool()) return;
    if (targets_.backends().active(id) >= spec_.maxconn) {
        targets_.exclude(id, Reason::full);
    } else {
        targets_.include(id, Reason::full);
    }
}

}  // namespace models
