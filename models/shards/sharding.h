// Which shard has an item.
#pragma once

#include <cstdint>
#include <string_view>

namespace models {

class Sharding {
public:
    static constexpr std::string_view family = "shardings";
    static constexpr std::string_view family_doc = "Which shard has an item.";

    struct Item {
        std::uint64_t number;
        std::string_view key;  // its name, which is what is hashed
    };

    virtual ~Sharding() = default;

    // 0 to shards - 1; anything else is an index out of bounds, as real code has computed it.
    virtual std::int64_t shard_of(const Item& item, std::uint32_t shards) const = 0;
};

}  // namespace models
