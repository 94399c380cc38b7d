#include "models/connections/connection_pool.h"

#include <algorithm>
#include <chrono>

#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kFirstBackOff = std::chrono::milliseconds(10);
constexpr sim::Duration kShortestLook = std::chrono::seconds(1);
constexpr sim::Duration kLongestBackOff = std::chrono::seconds(5);

}  // namespace

ConnectionPool::ConnectionPool(const Context& context, const ConnectionPoolSpec& spec,
                               ConnectionLimit* limit)
    : scheduler_(context.scheduler()),
      spec_(spec),
      minimum_idle_(spec.minimum_idle.value_or(spec.maximum_pool_size)),
      most_(spec.maximum_pool_size),
      limit_(limit),
      slots_(scheduler_, 0) {}

void ConnectionPool::open(bool at_once) {
    if (is_open_) return;
    is_open_ = true;
    if (at_once) {
        open_ = limit_ != nullptr ? limit_->open_up_to(minimum_idle_) : minimum_idle_;
        slots_.resize(open_);
    }
    least_idle_ = idle();
    fill();
    if (minimum_idle_ < spec_.maximum_pool_size) crew_.run(close_idle());
}

void ConnectionPool::close() {
    crew_.dismiss();
    is_open_ = is_filling_ = false;
    if (limit_ != nullptr) limit_->close(open_);
    open_ = 0;
    most_ = spec_.maximum_pool_size;
    slots_.resize(0);
}

sim::Semaphore::TakingUntil ConnectionPool::take() {
    const sim::Time now = scheduler_.now();
    waiting_peak_ = std::max(waiting_peak_, slots_.waiting() + (slots_.full() ? 1 : 0));
    const std::size_t left = idle();
    least_idle_ = std::min(least_idle_, left > 0 ? left - 1 : 0);
    if (!is_filling_ && is_open_ && open_ < most_ && (left == 0 || left - 1 < minimum_idle_)) {
        is_filling_ = true;
        crew_.run(keep_filling());
    }
    const bool is_long = spec_.connection_timeout > sim::kForever - now;
    return slots_.take_until(is_long ? sim::kForever : now + spec_.connection_timeout);
}

bool ConnectionPool::wants_more() const {
    if (open_ >= most_) return false;
    return slots_.waiting() > 0 || idle() < minimum_idle_;
}

bool ConnectionPool::open_one() {
    if (limit_ != nullptr && !limit_->open()) return false;
    slots_.resize(++open_);
    return true;
}

bool ConnectionPool::open_reserve(std::size_t reserve) {
    const std::size_t size = spec_.maximum_pool_size;
    if (!is_open_ || open_ < size || open_ >= size + reserve) return false;
    most_ = open_ + 1;
    fill();
    return true;
}

void ConnectionPool::fill() {
    if (is_filling_ || !wants_more()) return;
    is_filling_ = true;
    crew_.run(keep_filling());
}

// The caller may be about to join the line, so the first look is after a connection's time.
sim::Task<void> ConnectionPool::keep_filling() {
    sim::Duration back_off = kFirstBackOff;
    do {
        co_await sim::sleep(scheduler_, std::max(spec_.connect_time, sim::Duration(1)));
        if (!wants_more()) break;
        if (open_one()) {
            back_off = kFirstBackOff;
            continue;
        }
        co_await sim::sleep(scheduler_, back_off);
        back_off = std::min(2 * back_off, kLongestBackOff);
    } while (wants_more());
    is_filling_ = false;
}

sim::Task<void> ConnectionPool::close_idle() {
    for (;;) {
        least_idle_ = idle();
        co_await sim::sleep(scheduler_, std::max(spec_.idle_timeout, kShortestLook));
        const std::size_t unused = std::min(least_idle_, idle());
        if (unused <= minimum_idle_) continue;
        const std::size_t count = unused - minimum_idle_;
        if (limit_ != nullptr) limit_->close(count);
        open_ -= count;
        most_ = std::max<std::size_t>(spec_.maximum_pool_size, open_);
        slots_.resize(open_);
    }
}

}  // namespace models
