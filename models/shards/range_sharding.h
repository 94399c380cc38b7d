// Neighbours together: each shard has a range of items, and the last has all that come after.
//
// A query for a range asks few shards; items that are numbered as they come all go to the last.
#pragma once

#include <algorithm>
#include <tuple>

#include "models/shards/sharding.h"
#include "models/spec/declaration/spec.h"

namespace models {

class RangeSharding final : public Sharding {
public:
    struct Spec {
        static constexpr std::string_view kind = "range";
        static constexpr std::string_view doc =
            "Range sharding: each shard has a contiguous range of items.";
        std::uint64_t items_per_shard = 1000000;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("items_per_shard", &Spec::items_per_shard, at_least(1u),
                                    "Items of each shard but the last, which has all the rest.")};
        }
    };

    explicit RangeSharding(const Spec& spec) : items_per_shard_(spec.items_per_shard) {}

    std::int64_t shard_of(const Item& item, std::uint32_t shards) const override {
        return static_cast<std::int64_t>(
            std::min<std::uint64_t>(item.number / items_per_shard_, shards - 1));
    }

private:
    std::uint64_t items_per_shard_;
};

}  // namespace models
