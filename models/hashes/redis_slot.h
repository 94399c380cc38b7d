// The slot of a key in a Redis Cluster: CRC-16/XMODEM of it, modulo 16384; bit for bit.
//
// Redis Cluster specification, "Key distribution model": when the key holds a hash tag, only what
// is between the first { and the first } after it counts, unless there is nothing between them.
// Not a ring: slots are assigned to masters by hand, and moved one by one.
#pragma once

#include <cstdint>
#include <string_view>

namespace models {

inline constexpr std::uint32_t kRedisSlots = 16384;

std::uint16_t crc16(std::string_view bytes);
std::string_view hash_tag(std::string_view key);
inline std::uint32_t redis_slot(std::string_view key) {
    return crc16(hash_tag(key)) % kRedisSlots;
}

}  // namespace models
