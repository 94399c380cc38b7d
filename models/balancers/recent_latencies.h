// What a request can expect from a backend that has so many: the median of the last latencies of
// requests that found about as many there.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/time.h"

namespace models {

class RecentLatencies {
public:
    void add(std::uint32_t found, sim::Duration latency) {
        samples_[next_] = {found, latency};
        next_ = (next_ + 1) % samples_.size();
        count_ = std::min(count_ + 1, samples_.size());
    }

    // Of those that found the nearest number; 0 when nobody has been there.
    sim::Duration expected(std::uint32_t active) const {
        std::array<sim::Duration, kSamples> near{};
        std::size_t size = 0;
        std::uint32_t nearest = ~std::uint32_t{0};
        for (std::size_t i = 0; i < count_; ++i) {
            const std::uint32_t found = samples_[i].found;
            const std::uint32_t distance = found > active ? found - active : active - found;
            if (distance > nearest) continue;
            if (distance < nearest) size = 0;
            nearest = distance;
            near[size++] = samples_[i].latency;
        }
        if (size == 0) return {};
        const auto middle = near.begin() + static_cast<std::ptrdiff_t>(size / 2);
        std::nth_element(near.begin(), middle, near.begin() + static_cast<std::ptrdiff_t>(size));
        return *middle;
    }

private:
    static constexpr std::size_t kSamples = 16;
    struct Sample {
        std::uint32_t found;
        sim::Duration latency;
    };
    std::array<Sample, kSamples> samples_{};
    std::size_t next_ = 0;
    std::size_t count_ = 0;
};

}  // namespace models
