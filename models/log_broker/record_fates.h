// What became of each record of a partition, as a group has written it down: a byte for each that
// retention has not deleted. Of those that it has, only what had not been handled is remembered:
// the slots from one to another, of which there are few, as a group reads in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <utility>

#include "models/log_broker/record.h"

namespace models {

// `expired`: retention deleted it before anything else became of it.
enum class Fate : std::uint8_t { none, expired, handled, skipped, dead_lettered, aborted };

class RecordFates {
public:
    // Of what was deleted it is known only whether it had expired; what had not was handled, or
    // given up.
    Fate of(StoreSlot slot) const {
        if (slot < first_) return has_expired(slot) ? Fate::expired : Fate::handled;
        const auto at = static_cast<std::size_t>(slot - first_);
        return at < fates_.size() ? fates_[at] : Fate::none;
    }

    // What had become of it before.
    Fate settle(StoreSlot slot, Fate fate) {
        const Fate before = of(slot);
        if (slot >= first_) {
            const auto at = static_cast<std::size_t>(slot - first_);
            if (at > fates_.size()) fates_.resize(at, Fate::none);
            if (at == fates_.size()) {
                fates_.push_back(fate);
            } else {
                fates_[at] = fate;
            }
        } else if (before == Fate::expired) {
            settle_late(slot);
        }
        return before;
    }

    // Of the slots before the next trim, each after the ones before it.
    void expire(StoreSlot slot) {
        if (!expired_.empty() && std::prev(expired_.end())->second == slot) {
            ++std::prev(expired_.end())->second;
        } else {
            expired_.emplace_hint(expired_.end(), slot, slot + 1);
        }
    }
    // Those before it are deleted.
    void trim(StoreSlot slot) {
        const auto gone = std::min<std::size_t>(slot - std::min(slot, first_), fates_.size());
        fates_.erase(fates_.begin(), fates_.begin() + static_cast<std::ptrdiff_t>(gone));
        first_ = std::max(first_, slot);
    }

private:
    bool has_expired(StoreSlot slot) const {
        const auto after = expired_.upper_bound(slot);
        return after != expired_.begin() && slot < std::prev(after)->second;
    }
    // It was in somebody's hands, and is handled after all.
    void settle_late(StoreSlot slot) {
        const auto found = std::prev(expired_.upper_bound(slot));
        const auto [begin, end] = *found;
        expired_.erase(found);
        if (begin < slot) expired_.emplace(begin, slot);
        if (slot + 1 < end) expired_.emplace(slot + 1, end);
    }

    StoreSlot first_ = 0;
    std::deque<Fate> fates_;
    std::map<StoreSlot, StoreSlot> expired_;  // from, and the first after
};

}  // namespace models
