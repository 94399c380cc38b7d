#include "models/calls/breaker.h"

#include <algorithm>

namespace models {

namespace {

std::int64_t second_of(sim::Time time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

void CallWindow::remove_first() {
    const Counts& first = buckets_.front().counts;
    sum_.calls -= first.calls;
    sum_.failed -= first.failed;
    sum_.slow -= first.slow;
    buckets_.pop_front();
}

const CallWindow::Counts& CallWindow::counts(sim::Time now) {
    if (type_ == WindowType::time_based) {
        const std::int64_t last = second_of(now) - size_;
        while (!buckets_.empty() && buckets_.front().second <= last) remove_first();
    }
    return sum_;
}

void CallWindow::record(sim::Time now, bool failed, bool slow) {
    counts(now);
    const bool by_time = type_ == WindowType::time_based;
    if (!by_time && buckets_.size() >= size_) remove_first();
    const std::int64_t second = by_time ? second_of(now) : 0;
    if (!by_time || buckets_.empty() || buckets_.back().second != second) {
        buckets_.push_back({second, {}});
    }
    const auto add = [&](Counts& to) {
        ++to.calls;
        to.failed += failed ? 1 : 0;
        to.slow += slow ? 1 : 0;
    };
    add(buckets_.back().counts);
    add(sum_);
}

Breaker::Breaker(const BreakerSettings& settings)
    : settings_(settings), window_(settings.window_type, settings.window_size) {
    close();
}

// A window of calls never waits for more of them than it has room for; a window of time may.
void Breaker::begin_window(WindowType type, std::uint32_t size) {
    window_ = CallWindow(type, size);
    minimum_calls_ = type == WindowType::count_based ? std::min(settings_.minimum_calls, size)
                                                     : settings_.minimum_calls;
    not_permitted_ = 0;
}

void Breaker::close() {
    begin_window(settings_.window_type, settings_.window_size);
    state_ = State::closed;
    until_ = sim::kForever;
}

// The window stays: results that come home while it is open are recorded there.
void Breaker::open(sim::Time now) {
    state_ = State::open;
    const sim::Duration wait = settings_.wait_in_open;
    until_ = wait > sim::kForever - now ? sim::kForever : now + wait;
}

void Breaker::open_half(sim::Time now) {
    begin_window(WindowType::count_based, settings_.permitted_in_half_open);
    state_ = State::half_open;
    permits_ = settings_.permitted_in_half_open;
    const sim::Duration wait = settings_.max_wait_in_half_open;
    const bool for_ever = wait <= sim::Duration::zero() || wait > sim::kForever - now;
    until_ = for_ever ? sim::kForever : now + wait;
}

bool Breaker::try_acquire(sim::Time now) {
    if (state_ == State::closed) return true;
    if (state_ == State::open && now > until_) open_half(now);
    if (state_ == State::half_open && permits_ > 0) {
        --permits_;
        return true;
    }
    ++not_permitted_;
    return false;
}

void Breaker::release() {
    if (state_ == State::half_open) ++permits_;
}

void Breaker::reset() {
    close();
}

void Breaker::record(sim::Time now, sim::Duration took, bool failed) {
    window_.record(now, failed, took > settings_.slow_call_duration_threshold);
    if (state_ == State::open) return;
    const Rates found = rates(now);
    if (found.failed < 0) return;
    const bool is_over = found.failed >= settings_.failure_rate_threshold ||
                         found.slow >= settings_.slow_call_rate_threshold;
    if (is_over) {
        open(now);
    } else if (state_ == State::half_open) {
        close();
    }
}

Breaker::Rates Breaker::rates(sim::Time now) {
    const CallWindow::Counts& counts = window_.counts(now);
    if (counts.calls == 0 || counts.calls < minimum_calls_) return {};
    const auto calls = static_cast<double>(counts.calls);
    return {static_cast<double>(counts.failed) / calls, static_cast<double>(counts.slow) / calls};
}

std::optional<sim::Time> Breaker::next_change() const {
    const bool waits =
        (state_ == State::open && settings_.opens_half_by_itself) || state_ == State::half_open;
    if (!waits || until_ == sim::kForever) return std::nullopt;
    return until_;
}

void Breaker::tick(sim::Time now) {
    if (now < until_) return;
    if (state_ == State::half_open) {
        open(now);
    } else if (state_ == State::open && settings_.opens_half_by_itself) {
        open_half(now);
    }
}

}  // namespace models
