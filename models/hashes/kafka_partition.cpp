#include "models/hashes/kafka_partition.h"

namespace models {

namespace {

constexpr std::uint32_t kMultiplier = 0x5bd1e995;

std::uint32_t byte_of(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

// The next four bytes, the lowest first.
std::uint32_t word_of(std::string_view bytes, std::size_t at) {
    return byte_of(bytes, at) | byte_of(bytes, at + 1) << 8 | byte_of(bytes, at + 2) << 16 |
           byte_of(bytes, at + 3) << 24;
}

}  // namespace

std::int32_t murmur2(std::string_view bytes) {
    constexpr std::uint32_t kSeed = 0x9747b28c;
    std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(bytes.size());
    const std::size_t whole = bytes.size() / 4 * 4;
    for (std::size_t at = 0; at < whole; at += 4) {
        std::uint32_t word = word_of(bytes, at) * kMultiplier;
        word = (word ^ word >> 24) * kMultiplier;
        hash = (hash * kMultiplier) ^ word;
    }
    if (whole < bytes.size()) {
        for (std::size_t at = bytes.size(); at-- > whole;) {
            hash ^= byte_of(bytes, at) << 8 * (at - whole);
        }
        hash *= kMultiplier;
    }
    hash = (hash ^ hash >> 13) * kMultiplier;
    return static_cast<std::int32_t>(hash ^ hash >> 15);
}

}  // namespace models
