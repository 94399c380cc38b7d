#include "models/servers/memory_account.h"

#include <limits>

#include "models/processes/heap.h"

namespace models {

void MemoryAccount::set_limit(sim::Bytes limit) {
    if (limit_ > 0) peak_share_ = peak();
    peak_ = 0;
    most_visits_ = visits_;
    limit_ = std::max(1.0, static_cast<double>(limit.count));
    expect_visits();
}

void MemoryAccount::take(std::int64_t bytes) {
    taken_ += bytes;
    if (heap_ != nullptr) heap_changed();
    expect_visits();
}

void MemoryAccount::restart() {
    held_ = 0;
    written_ = 0;
}

void MemoryAccount::alarmed() {
    is_alarmed_ = true;
    expect_visits();
}

void MemoryAccount::begin_measuring() {
    peak_share_ = 0;
    peak_ = working_set();
    most_visits_ = visits_;
}

double MemoryAccount::stacks(std::size_t held) const {
    return plan_.stack * static_cast<double>(std::min(held, plan_.threads));
}

double MemoryAccount::working_set(std::size_t visits, std::size_t held) const {
    const std::size_t kept = plan_.is_returned || heap_ != nullptr ? visits : held;
    return plan_.base + static_cast<double>(taken_) + stacks(held) +
           plan_.per_request * static_cast<double>(kept) +
           (heap_ != nullptr ? heap_->resident() : 0);
}

double MemoryAccount::peak_now() const {
    if (heap_ != nullptr) return std::max(peak_, working_set());
    return working_set(most_visits_, std::max(held_, most_visits_));
}

double MemoryAccount::page_cache() const {
    return std::clamp(limit_ - working_set(), 0.0, written_);
}

double MemoryAccount::fullness() const {
    const double of_limit = working_set() / limit_;
    return heap_ != nullptr ? std::max(of_limit, heap_->live() / plan_.heap_limit) : of_limit;
}

std::size_t MemoryAccount::visits_within(double bytes) const {
    constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
    const double room = bytes - plan_.base - static_cast<double>(taken_);
    if (room < 0) return 0;
    const auto count = [](double whole, double each) {
        return each > 0 && whole / each < 1e18 ? static_cast<std::size_t>(whole / each) : kAny;
    };
    const std::size_t on_threads = count(room, plan_.per_request + plan_.stack);
    if (on_threads <= plan_.threads) return on_threads;
    return count(room - stacks(plan_.threads), plan_.per_request);
}

// Up to how many there is nothing to look at: with a heap every one is looked at, else those with
// which memory is close to the alarm. One less, as quotients are rounded.
void MemoryAccount::expect_visits() {
    unusual_ = 0;
    if (plan_.heap_limit > 0) return;
    unusual_ = visits_within(limit_);
    if (is_alarmed_) return;
    const std::size_t alarming = visits_within(kAlarm * limit_);
    unusual_ = std::min(unusual_, alarming > 0 ? alarming - 1 : 0);
}

}  // namespace models
