// What bytes queue for: a line that carries so many bits a second, first come, first served.
//
// Nothing happens in it and no event is needed: all there is to know is when it will be free, which
// a message moves on by its bytes * 8 / bandwidth (a virtual finishing time). Parts of a nanosecond
// are kept, so that a line that is never idle carries exactly its bandwidth.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "sim/time.h"

namespace models {

class ByteQueue {
public:
    // 0 bits a second: any amount, at once. What would make more bytes wait than `most` is dropped.
    explicit ByteQueue(double bits_per_second, std::optional<std::uint64_t> most = std::nullopt)
        : nanoseconds_per_byte_(bits_per_second > 0 ? 8e9 / bits_per_second : 0),
          most_(most ? static_cast<double>(*most) : std::numeric_limits<double>::infinity()) {}

    bool is_limited() const { return nanoseconds_per_byte_ > 0; }

    // When the last of these bytes is through, which may be never; nothing when there is no room
    // for them. With a smaller share of the bandwidth, what came before keeps its time.
    std::optional<sim::Time> pass(sim::Time now, std::uint64_t bytes, double share = 1) {
        if (!is_limited()) return now;
        const double more = static_cast<double>(bytes);
        const double before = waiting(now);
        if (before > 0 && before + more > most_) {
            ++counted_.dropped;
            return std::nullopt;
        }
        ++counted_.passed;
        if (now > free_at_) {
            free_at_ = now;
            part_ = 0;
        }
        counted_.waited += free_at_ - now;
        const double time = part_ + more * nanoseconds_per_byte_ / share;
        if (time > static_cast<double>((sim::kForever - free_at_).count()) / 2)
            return sim::kForever;
        const auto whole = static_cast<std::int64_t>(time);
        part_ = time - static_cast<double>(whole);
        free_at_ += sim::Duration(whole);
        taken_ += sim::Duration(whole);
        return free_at_;
    }

    // Since the start. What a message will wait is known, and counted, when it comes.
    struct Counted {
        std::uint64_t passed = 0;
        std::uint64_t dropped = 0;
        sim::Duration waited{};
    };
    const Counted& counted() const { return counted_; }

    // Bytes that are not through yet.
    double waiting(sim::Time now) const {
        if (!is_limited() || free_at_ <= now) return 0;
        return static_cast<double>((free_at_ - now).count()) / nanoseconds_per_byte_;
    }
    // Time in use since the start.
    sim::Duration busy(sim::Time now) const {
        return taken_ - std::max(free_at_ - now, sim::Duration::zero());
    }

private:
    double nanoseconds_per_byte_;
    double most_;
    double part_ = 0;  // of a nanosecond, that it is in use beyond `free_at_`
    sim::Time free_at_{};
    sim::Duration taken_{};  // by all that came, though it be not through yet
    Counted counted_;
};

}  // namespace models
