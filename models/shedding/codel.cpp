#include "models/shedding/codel.h"

#include <cmath>
#include <utility>

namespace models {

// dodequeue() of the RFC. A line of at most one more request is short, however long it takes.
bool Codel::too_long_for_too_long(sim::Time now, sim::Duration waited, std::size_t waiting) {
    if (waited < spec_.target || waiting <= 1) {
        first_above_ = {};
        return false;
    }
    if (first_above_ == sim::Time{}) {
        first_above_ = now + spec_.interval;
        return false;
    }
    return now >= first_above_;
}

// deque() of the RFC, one request at a time.
bool Codel::drops(sim::Time now, sim::Duration waited, std::size_t waiting) {
    const bool too_long = too_long_for_too_long(now, waited, waiting);
    const After after = std::exchange(after_, After::nothing);
    if (after == After::first_drop && now == dropped_at_) return false;
    if (!dropping_) return too_long && begin_dropping(now);
    if (!too_long) {
        dropping_ = false;
        return false;
    }
    if (after == After::later_drop) drop_next_ = next_after(drop_next_);
    if (now < drop_next_) return false;
    ++count_;
    after_ = After::later_drop;
    dropped_at_ = now;
    return true;
}

bool Codel::begin_dropping(sim::Time now) {
    dropping_ = true;
    const std::uint32_t came_to = count_ - last_count_;
    const bool not_long_ago = now - drop_next_ < 16 * spec_.interval;
    count_ = came_to > 1 && not_long_ago ? came_to : 1;
    last_count_ = count_;
    drop_next_ = next_after(now);
    after_ = After::first_drop;
    dropped_at_ = now;
    return true;
}

// Square roots are exactly rounded by IEEE 754, so this is the same on every machine.
sim::Time Codel::next_after(sim::Time time) const {
    const double interval = static_cast<double>(spec_.interval.count());
    return time + sim::Duration(static_cast<std::int64_t>(interval / std::sqrt(count_)));
}

}  // namespace models
