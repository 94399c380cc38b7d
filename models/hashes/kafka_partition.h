// The partition of a keyed Kafka record: murmur2 of its bytes, bit for bit.
//
// org.apache.kafka.common.utils.Utils: murmur2 with seed 0x9747b28c, and toPositive, which clears
// the sign bit (not abs) before the modulo.
#pragma once

#include <cstdint>
#include <string_view>

namespace models {

std::int32_t murmur2(std::string_view bytes);

inline std::uint32_t kafka_partition(std::string_view key, std::uint32_t partitions) {
    return (static_cast<std::uint32_t>(murmur2(key)) & 0x7fffffff) % partitions;
}

}  // namespace models
