// Latencies in steps of 1, 2.5 and 5: the buckets of a histogram, in one addition a request.
//
// The bounds are those that clients of monitoring systems have by default, 5 ms to 10 s, continued
// at both ends for caches and for timeouts. They are the same for every node and every run, so that
// buckets can be added up and rules can name them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/time.h"

namespace sim {

inline constexpr std::array<std::int64_t, 16> kLatencyBoundsUs = {
    500,     1'000,   2'500,     5'000,     10'000,    25'000,     50'000,     100'000,
    250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};

// The last step has no end.
inline constexpr std::size_t kLatencySteps = kLatencyBoundsUs.size() + 1;

// The first step whose bound the latency does not exceed. Bounds are at least twice the one before,
// so at most one of them lies between two powers of two.
inline std::size_t latency_step_of(Duration latency) {
    static constexpr auto kFirst = [] {
        std::array<std::uint8_t, 65> first{};  // bounds below 2^(width - 1) nanoseconds
        for (std::size_t width = 1; width < first.size(); ++width) {
            for (const std::int64_t bound : kLatencyBoundsUs) {
                const auto nanoseconds = static_cast<std::uint64_t>(bound) * 1000;
                first[width] += nanoseconds < (std::uint64_t{1} << (width - 1)) ? 1 : 0;
            }
        }
        return first;
    }();
    static constexpr auto kBounds = [] {
        std::array<std::uint64_t, kLatencySteps> bounds{};  // in nanoseconds
        for (std::size_t i = 0; i < kLatencyBoundsUs.size(); ++i) {
            bounds[i] = static_cast<std::uint64_t>(kLatencyBoundsUs[i]) * 1000;
        }
        bounds.back() = ~std::uint64_t{0};
        return bounds;
    }();
    const auto nanoseconds = static_cast<std::uint64_t>(latency.count());
    const std::size_t step = kFirst[static_cast<std::size_t>(std::bit_width(nanoseconds))];
    return step + (nanoseconds > kBounds[step] ? 1 : 0);
}

}  // namespace sim
