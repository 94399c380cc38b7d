#include "sim/scheduler.h"

namespace sim {

void Scheduler::add_slots() {
    const auto first = static_cast<std::uint32_t>(slots_.size());
    const std::uint32_t added = first == 0 ? 64 : first;
    slots_.resize(std::size_t{first} + added);
    for (std::uint32_t slot = first + added; slot-- > first;) {
        slots_[slot].next_free = std::exchange(free_, slot);
    }
}

void Scheduler::grow_lane() {
    std::vector<std::uint64_t> larger(lane_.size() * 2);
    for (std::size_t index = lane_head_; index != lane_tail_; ++index) {
        larger[index & (larger.size() - 1)] = lane_[index & (lane_.size() - 1)];
    }
    lane_ = std::move(larger);
}

// Every 2^31 schedulings the pending entries but alarms get new order numbers, in their old order,
// those of the lane after those of the list. That keeps an entry at 16 bytes with room for 2^31
// pending; it costs one sort in two thousand million.
void Scheduler::renumber() {
    std::vector<Entry*> entries;
    entries.reserve(list_.size());
    list_.for_each([&](Entry& entry) { entries.push_back(&entry); });
    std::sort(entries.begin(), entries.end(),
              [](const Entry* a, const Entry* b) { return *a < *b; });
    order_ = 0;
    for (Entry* entry : entries) entry->tie = renumbered(entry->tie);
    for (std::size_t index = lane_head_; index != lane_tail_; ++index) {
        std::uint64_t& tie = lane_[index & (lane_.size() - 1)];
        tie = renumbered(tie);
    }
    ++order_;
}

// The same entry with the next order, which its record notes if it noted the old one.
std::uint64_t Scheduler::renumbered(std::uint64_t tie) {
    const auto whom = static_cast<std::uint32_t>(tie);
    const auto old = static_cast<std::uint32_t>(tie >> 32);
    if (old & kAlarm) return tie;
    const std::uint32_t order = ++order_;
    if (whom & kRecord) {
        Record& record = (*records_)[whom & ~kRecord];
        if (record.wake_order_ == old) record.wake_order_ = order;
    }
    return std::uint64_t{order} << 32 | whom;
}

}  // namespace sim
