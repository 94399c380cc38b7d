// Where items lie, and which move.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "models/shards/hash_sharding.h"
#include "models/shards/range_sharding.h"
#include "models/shards/ring_sharding.h"
#include "models/shards/shardings.h"

using namespace models;

namespace {

constexpr std::uint64_t kItems = 50000;

std::vector<std::int64_t> places(const ShardingChoice& choice, std::uint32_t shards) {
    const auto sharding = Shardings::build(choice);
    std::vector<std::int64_t> shard_of;
    for (std::uint64_t item = 0; item < kItems; ++item) {
        const std::string key = fmt::format("user-{}", item);
        shard_of.push_back(sharding->shard_of({item, key}, shards));
    }
    return shard_of;
}

double moved(const ShardingChoice& choice, std::uint32_t before, std::uint32_t after) {
    const auto old_places = places(choice, before);
    const auto new_places = places(choice, after);
    std::uint64_t count = 0;
    for (std::size_t item = 0; item < kItems; ++item) count += old_places[item] != new_places[item];
    return static_cast<double>(count) / kItems;
}

}  // namespace

TEST_CASE("every sharding gives each item a shard there is, and the same each time") {
    for (const ShardingChoice& choice : Shardings::each()) {
        CAPTURE(choice.kind());
        for (const std::uint32_t shards : {1u, 2u, 3u, 7u, 64u}) {
            const auto all = places(choice, shards);
            CHECK(std::ranges::min(all) >= 0);
            CHECK(std::ranges::max(all) < shards);
            CHECK(all == places(choice, shards));
        }
    }
}

// Of 50,000 items five standard errors of a share are at most 1.1 points.
TEST_CASE("one shard more: n of n + 1 move by modulo, one of n + 1 on a ring and by jump hash") {
    for (const std::uint32_t before : {2u, 3u, 4u, 9u}) {
        const double share = 1.0 / (before + 1);
        CHECK(std::abs(moved(HashSharding::Spec{}, before, before + 1) - (1 - share)) < 0.011);
        CHECK(std::abs(moved(JumpSharding::Spec{}, before, before + 1) - share) < 0.011);
        // The new shard's share itself varies by 1 / sqrt(1000) of it: five of those.
        CHECK(std::abs(moved(RingSharding::Spec{1000}, before, before + 1) - share) <
              0.011 + share * 5 / 31.6);
    }
}

TEST_CASE("on a ring and by jump hash whatever moves goes to the new shard") {
    for (const ShardingChoice& choice :
         {ShardingChoice(RingSharding::Spec{}), ShardingChoice(JumpSharding::Spec{})}) {
        const auto before = places(choice, 4);
        const auto after = places(choice, 5);
        for (std::size_t item = 0; item < kItems; ++item) {
            if (before[item] != after[item]) REQUIRE(after[item] == 4);
        }
    }
}
