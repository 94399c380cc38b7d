// The key's hash modulo the number of shards: even, and one more shard moves nearly every item.
#pragma once

#include <array>
#include <tuple>

#include "models/hashes/java_string.h"
#include "models/hashes/kafka_partition.h"
#include "models/hashes/redis_slot.h"
#include "models/shards/sharding.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class ShardHash { java_abs, java_floor, murmur2, crc16 };
constexpr auto names_of(ShardHash) {
    return std::array{
        spec::Word{"java_abs", ShardHash::java_abs,
                   "Math.abs(key.hashCode()) % shards, which is negative for some keys."},
        spec::Word{"java_floor", ShardHash::java_floor, "Math.floorMod(key.hashCode(), shards)."},
        spec::Word{"murmur2", ShardHash::murmur2, "Murmur2, as for Kafka's partitions."},
        spec::Word{"crc16", ShardHash::crc16, "CRC-16/XMODEM, as Redis' slots."}};
}

class HashSharding final : public Sharding {
public:
    struct Spec {
        static constexpr std::string_view kind = "hash";
        static constexpr std::string_view doc = "The key's hash modulo the number of shards.";
        ShardHash function = ShardHash::murmur2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("function", &Spec::function, "Hash function.")};
        }
    };

    explicit HashSharding(const Spec& spec) : function_(spec.function) {}

    std::int64_t shard_of(const Item& item, std::uint32_t shards) const override {
        const auto count = static_cast<std::int32_t>(shards);
        switch (function_) {
            case ShardHash::java_abs:
                return abs_modulo(java_hash(item.key), count);
            case ShardHash::java_floor:
                return floor_modulo(java_hash(item.key), count);
            case ShardHash::crc16:
                return crc16(item.key) % shards;
            case ShardHash::murmur2:
                break;
        }
        return kafka_partition(item.key, shards);
    }

private:
    ShardHash function_;
};

}  // namespace models
