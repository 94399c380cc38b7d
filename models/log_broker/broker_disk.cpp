#include "models/log_broker/broker_disk.h"

#include <algorithm>
#include <chrono>

namespace models {

namespace {

constexpr sim::Duration kLongestTransfer = std::chrono::hours(24 * 366);

sim::Duration time_to_move(double bytes, double bandwidth) {
    return std::min(sim::from_seconds(bytes / bandwidth), kLongestTransfer);
}

}  // namespace

BrokerDisk::BrokerDisk(const BrokerDiskSpec& spec)
    : spec_(spec), used_(spec.used.count), page_cache_(spec.page_cache.count) {}

bool BrokerDisk::has_room(std::uint64_t bytes) const {
    return bytes <= spec_.size.count - std::min(used(), spec_.size.count);
}

// Until now it has read first, and written in what time was left.
void BrokerDisk::settle(sim::Time now) {
    const sim::Duration reading =
        std::clamp(read_until_ - settled_, sim::Duration::zero(), now - settled_);
    const sim::Duration left = now - settled_ - reading;
    const sim::Duration writing = std::min(left, time_to_move(dirty_, bandwidth()));
    dirty_ = writing < left ? 0 : std::max(0.0, dirty_ - sim::seconds(writing) * bandwidth());
    busy_ += reading + writing;
    settled_ = now;
}

sim::Duration BrokerDisk::wait_of(sim::Time now, std::uint64_t bytes) {
    settle(now);
    const double most = spec_.dirty_ratio.value * static_cast<double>(page_cache_);
    // A batch that is larger than all that may be dirty waits until nothing is.
    const double over = std::min(dirty_, dirty_ + static_cast<double>(bytes) - most);
    if (over <= 0) return sim::Duration::zero();
    const sim::Duration reading = std::max(sim::Duration::zero(), read_until_ - now);
    return reading + time_to_move(over, bandwidth()) + sim::Duration(1);
}

void BrokerDisk::append(sim::Time now, std::uint64_t bytes) {
    settle(now);
    dirty_ += static_cast<double>(bytes);
    used_ += bytes;
    position_ += bytes;
    ++requests_;
}

void BrokerDisk::free(std::uint64_t bytes) {
    used_ -= std::min(bytes, used_);
}

void BrokerDisk::replace(sim::Time now) {
    settle(now);
    used_ = 0;
    dirty_ = 0;
    read_until_ = now;
}

sim::Duration BrokerDisk::read(sim::Time now, std::uint64_t bytes) {
    settle(now);
    read_until_ =
        std::max(read_until_, now) + time_to_move(static_cast<double>(bytes), bandwidth());
    read_until_ = std::min(read_until_, sim::Time(2 * kLongestTransfer));
    position_ += bytes;
    read_ += bytes;
    ++requests_;
    return read_until_ - now;
}

sim::Use BrokerDisk::use(sim::Time now) {
    settle(now);
    const auto busy = static_cast<std::uint64_t>(busy_.count());
    return {1, busy, waited_.until(now, waiting_), busy, requests_, 0};
}

sim::Use BrokerDisk::space_use() const {
    sim::Use use;
    use.size = static_cast<double>(spec_.size.count);
    use.in_use = used();
    use.refused = refused_;
    return use;
}

// Marks are a thousandth of the page cache apart, in what a replica appends, or a sixteenth in what
// all do: so there are about a thousand of a broker, and a few of each of its replicas.
void CachedTail::appended(std::uint64_t offset, std::uint64_t bytes, const BrokerDisk& disk) {
    const bool is_far = marks_.empty() || since_ >= disk.page_cache() / 1024 ||
                        disk.position() - marks_.back().position >= disk.page_cache() / 16;
    if (is_far) {
        marks_.push_back({offset, disk.position()});
        since_ = 0;
        (void)first(disk, offset);
    }
    since_ += bytes;
}

std::uint64_t CachedTail::first(const BrokerDisk& disk, std::uint64_t end) {
    while (!marks_.empty() && marks_.front().position + disk.page_cache() < disk.position()) {
        marks_.pop_front();
    }
    return marks_.empty() ? end : std::min(marks_.front().offset, end);
}

}  // namespace models
