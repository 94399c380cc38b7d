// A shard for a key, such that one more shard moves only the share it gets.
//
// Lamping and Veach, "A fast, minimal memory, consistent hash algorithm" (2014), figure 1.
#pragma once

#include <cstdint>

namespace models {

constexpr std::uint32_t jump_hash(std::uint64_t key, std::uint32_t buckets) {
    std::int64_t bucket = -1;
    std::int64_t jump = 0;
    while (jump < buckets) {
        bucket = jump;
        key = key * 2862933555777941757u + 1;
        const double scale =
            static_cast<double>(std::int64_t{1} << 31) / static_cast<double>((key >> 33) + 1);
        jump = static_cast<std::int64_t>(static_cast<double>(bucket + 1) * scale);
    }
    return static_cast<std::uint32_t>(bucket);
}

}  // namespace models
