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

// `crc`: that of what comes before.
std::uint16_t crc16(std::string_view bytes, std::uint16_t crc = 0);
std::string_view hash_tag(std::string_view key);
inline std::uint32_t redis_slot(std::string_view key) {
    return crc16(hash_tag(key)) % kRedisSlots;
}

// The slots of keys that are a prefix and a number, as "user:42": what is worked out of the prefix
// is the same for all of them. Digits neither open nor close a hash tag. `first` is the number in
// the name of item 0.
class NumberedSlots {
public:
    explicit NumberedSlots(std::string_view prefix, std::uint64_t first = 0)
        : has_tag_(hash_tag(prefix) != prefix), crc_(crc16(hash_tag(prefix))), first_(first) {}

    std::uint32_t slot_of(std::uint64_t number) const {
        return (has_tag_ ? crc_ : crc_with(first_ + number)) % kRedisSlots;
    }

private:
    std::uint16_t crc_with(std::uint64_t number) const;

    bool has_tag_;  // in the prefix: the numbers do not count
    std::uint16_t crc_;
    std::uint64_t first_;
};

}  // namespace models
