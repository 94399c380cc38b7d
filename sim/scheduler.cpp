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
    std::vector<std::uint32_t> larger(lane_.size() * 2);
    for (std::size_t index = lane_head_; index != lane_tail_; ++index) {
        larger[index & (larger.size() - 1)] = lane_[index & (lane_.size() - 1)];
    }
    lane_ = std::move(larger);
}

// Every 2^32 schedulings the pending entries get new order numbers, in their old order. That keeps
// an entry at 16 bytes with room for 2^32 pending; it costs one sort in four thousand million.
void Scheduler::renumber() {
    std::vector<Entry*> entries;
    entries.reserve(list_.size());
    list_.for_each([&](Entry& entry) { entries.push_back(&entry); });
    std::sort(entries.begin(), entries.end(),
              [](const Entry* a, const Entry* b) { return *a < *b; });
    order_ = 0;
    for (Entry* entry : entries) {
        entry->tie = std::uint64_t{order_++} << 32 | static_cast<std::uint32_t>(entry->tie);
    }
}

}  // namespace sim
