#include "models/servers/cpu_quota.h"

#include <algorithm>
#include <chrono>

namespace models {

namespace {

constexpr sim::Duration kPeriod = std::chrono::milliseconds(100);
constexpr sim::Duration kSlice = std::chrono::milliseconds(5);

}  // namespace

CpuQuota::CpuQuota(sim::Scheduler& scheduler, const sim::Cpu& cpu, double limit, Throttled& owner)
    : timer_(scheduler),
      cpu_(cpu),
      quota_(sim::from_seconds(limit * sim::seconds(kPeriod))),
      owner_(owner) {}

// A period begins with the first work after a time without any.
void CpuQuota::begin() {
    const sim::Time now = timer_.scheduler().now();
    if (now >= period_end_) {
        period_end_ = now + kPeriod;
        busy_before_ = cpu_.busy();
        debt_ = {};
        ++periods_;
    }
    timer_.start(kSlice, static_cast<sim::Event&>(*this));
}

void CpuQuota::end_period() {
    const sim::Duration used = cpu_.busy() - busy_before_ + debt_;
    debt_ = std::max(sim::Duration{}, used - quota_);
    period_end_ += kPeriod;
    ++periods_;
    if (is_throttled_) {
        is_throttled_ = false;
        owner_.release();
    }
    busy_before_ = cpu_.busy();
}

void CpuQuota::fire() {
    timer_.fired();
    const sim::Time now = timer_.scheduler().now();
    if (now >= period_end_) end_period();
    if (!is_throttled_ && cpu_.busy() - busy_before_ + debt_ >= quota_) {
        is_throttled_ = true;
        ++throttled_;
        owner_.throttle();
    }
    if (is_throttled_) {
        timer_.start_at(period_end_, static_cast<sim::Event&>(*this));
    } else if (cpu_.in_service() > 0) {
        timer_.start_at(std::min(now + kSlice, period_end_), static_cast<sim::Event&>(*this));
    }
}

}  // namespace models
