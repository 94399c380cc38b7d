// Java's String.hashCode, bit for bit, and what people make of it.
//
// s[0]*31^(n-1) + s[1]*31^(n-2) + ... over UTF-16 code units, in 32 bits that wrap. Math.abs of the
// smallest integer is itself, so Math.abs(hash) % n can be negative: "polygenelubricants" is such a
// key. Math.floorMod is the right way.
#pragma once

#include <cstdint>
#include <string_view>

namespace models {

// Of a text in UTF-8.
std::int32_t java_hash(std::string_view text);

// Math.abs(hash) % shards, as Java computes it.
constexpr std::int32_t abs_modulo(std::int32_t hash, std::int32_t shards) {
    const std::uint32_t magnitude =
        hash < 0 ? 0u - static_cast<std::uint32_t>(hash) : static_cast<std::uint32_t>(hash);
    return static_cast<std::int32_t>(magnitude) % shards;
}

// Math.floorMod(hash, shards)
constexpr std::int32_t floor_modulo(std::int32_t hash, std::int32_t shards) {
    const std::int32_t rest = hash % shards;
    return rest < 0 ? rest + shards : rest;
}

}  // namespace models
