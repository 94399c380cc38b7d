#include "models/locks/row_locks.h"

namespace models {

sim::Task<Cause> RowLocks::lock(Transaction& transaction, Key key) {
    Row& row = rows_.try_emplace(key, scheduler_).first->second;
    if (row.owner == &transaction) co_return Cause::none;
    if (row.slots.full()) {
        if (rules_.detect_deadlocks && would_deadlock(transaction, row)) co_return cause::deadlock;
        waiting_peak_ = std::max(waiting_peak_, row.slots.waiting() + 1);
    }
    sim::Permit place;
    {
        const Transaction::Wait wait(transaction, row);
        place = co_await row.slots.take_until(scheduler_.now() + rules_.wait_timeout);
    }
    if (!place) {
        contention_.note_refused();
        co_return cause::lock_timeout;
    }
    row.owner = &transaction;
    transaction.held_.emplace_back(key, std::move(place));
    co_return Cause::none;
}

bool RowLocks::is_taken(const Transaction& transaction, Key key) const {
    const auto found = rows_.find(key);
    return found != rows_.end() && found->second.owner != &transaction &&
           found->second.slots.full();
}

bool RowLocks::would_deadlock(const Transaction& transaction, const Row& row) const {
    const Row* next = &row;
    while (next != nullptr && next->owner != nullptr) {
        if (next->owner == &transaction) return true;
        next = next->owner->waits_for_;
    }
    return false;
}

// The next in line has it, or nobody does and the row is forgotten.
void RowLocks::give_back(Key key, sim::Permit place) {
    const auto found = rows_.find(key);
    found->second.owner = nullptr;
    place.give_back();
    const bool is_free = found->second.slots.taken() == 0 && found->second.slots.waiting() == 0;
    if (is_free) rows_.erase(found);
}

}  // namespace models
