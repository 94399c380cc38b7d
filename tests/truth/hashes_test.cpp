// Keys to slots, partitions and buckets, bit for bit: what CLUSTER KEYSLOT of a Redis 7.0.15 said,
// what Kafka's murmur2 returned, and the jump hash of its paper.
#include <array>

#include "models/hashes/java_string.h"
#include "models/hashes/jump_hash.h"
#include "models/hashes/kafka_partition.h"
#include "models/hashes/redis_slot.h"
#include "sim/rng.h"
#include "tests/truth/tally.h"

TEST_CASE("slots of a Redis Cluster") {
    truth::Tally tally("redis_cluster keyslots");
    const truth::Json file = truth::file("redis_cluster.json");
    for (const auto& row : file.at("keyslots")) {
        const auto key = row.at("key").get<std::string>();
        tally.begin(key);
        tally.same("slot", models::redis_slot(key), row.at("slot").get<std::uint32_t>());
    }
}

TEST_CASE("jump hash") {
    truth::Tally tally("jump_hash");
    const truth::Json file = truth::file("sharding.json");
    for (const auto& row : file.at("sharding").at("jump_hash").at("vectors")) {
        const auto key = row.at("key").get<std::string>();
        const auto buckets = row.at("buckets").get<std::uint32_t>();
        tally.begin(fmt::format("{} of {}", key, buckets));
        tally.same("bucket", models::jump_hash(std::stoull(key), buckets),
                   row.at("expected").get<std::uint32_t>());
    }
}

// With a uniform hash, n to n + 1 shards by modulo keeps a key in 1 of n + 1 cases; by jump hash it
// moves in 1 of n + 1. 200,000 keys: five standard errors are at most 0.0056.
TEST_CASE("how many keys move when a shard is added") {
    truth::Tally tally("rehash_movement");
    const truth::Json file = truth::file("sharding.json");
    for (const auto& row : file.at("sharding").at("rehash_movement").at("rows")) {
        const auto before = row.at("servers_before").get<std::uint32_t>();
        constexpr std::uint64_t kKeys = 200000;
        std::uint64_t modulo = 0;
        std::uint64_t jumps = 0;
        for (std::uint64_t number = 0; number < kKeys; ++number) {
            const std::uint64_t key = sim::mix(number + 1);
            modulo += key % before != key % (before + 1);
            jumps += models::jump_hash(key, before) != models::jump_hash(key, before + 1);
        }
        tally.begin(fmt::format("{} servers", before));
        tally.near("moved by modulo", static_cast<double>(modulo) / kKeys,
                   row.at("modulo_moved_fraction_n_to_n_plus_1"), 0.0056);
        tally.near("moved by jump hash", static_cast<double>(jumps) / kKeys,
                   row.at("consistent_moved_fraction"), 0.0056);
    }
}

TEST_CASE("partitions of keyed Kafka records") {
    truth::Tally tally("kafka murmur2");
    const truth::Json file = truth::file("kafka.json").at("murmur2");
    for (const auto& row : file.at("vectors")) {
        const auto key = row.at("key").get<std::string>();
        tally.begin(key);
        tally.same("murmur2", models::murmur2(key), row.at("murmur2").get<std::int32_t>());
        for (const std::uint32_t partitions : {1u, 2u, 3u, 6u, 10u, 12u, 50u, 128u}) {
            tally.same(fmt::format("of {} partitions", partitions),
                       models::kafka_partition(key, partitions),
                       row.at(fmt::format("p{}", partitions)).get<std::uint32_t>());
        }
    }
}

// The first is the empty sum; "Aa" and "BB" are Java's best known collision; the emoji is two
// UTF-16 code units, 0xd83d and 0xde00.
TEST_CASE("Java's String.hashCode") {
    CHECK(models::java_hash("") == 0);
    CHECK(models::java_hash("hello") == 99162322);
    CHECK(models::java_hash("Aa") == models::java_hash("BB"));
    CHECK(models::java_hash("\xf0\x9f\x98\x80") == 0xd83d * 31 + 0xde00);
    CHECK(models::java_hash("\xed\x95\x9c") == 0xd55c);
}

TEST_CASE("the shard of a key whose hash has no absolute value is an error, unless floored") {
    const std::int32_t hash = models::java_hash("polygenelubricants");
    CHECK(hash == -2147483647 - 1);
    CHECK(models::abs_modulo(hash, 3) == -2);
    CHECK(models::abs_modulo(hash, 2) == 0);
    CHECK(models::abs_modulo(hash, 4) == 0);
    CHECK(models::floor_modulo(hash, 3) == 1);
    CHECK(models::abs_modulo(-7, 3) == 1);
    CHECK(models::floor_modulo(-7, 3) == 2);
}

// 0-5460, 5461-10922 and 10923-16383 are 5461, 5462 and 5461 slots, a third of the keys each. Of
// 90,000 keys a share is within 0.8 points of a third (five standard errors).
TEST_CASE("three masters of a Redis Cluster have a third of the keys each") {
    std::array<int, 3> keys{};
    for (int number = 0; number < 90000; ++number) {
        const std::uint32_t slot = models::redis_slot(fmt::format("user:{}", number));
        ++keys[slot <= 5460 ? 0 : slot <= 10922 ? 1 : 2];
    }
    for (const int count : keys) CHECK(std::abs(count / 90000.0 - 1.0 / 3) < 0.008);
}

// Also with a hash tag in the prefix, with half a one, and with an empty one.
TEST_CASE("slots of numbered keys are those of their names") {
    for (const std::string_view prefix : {"user:", "", "{shop}:", "{shop", "{}", "a{b}{c", "}{"}) {
        const models::NumberedSlots slots(prefix);
        for (const std::uint64_t number : {0ull, 7ull, 42ull, 65536ull, ~0ull}) {
            CAPTURE(prefix);
            CAPTURE(number);
            CHECK(slots.slot_of(number) == models::redis_slot(fmt::format("{}{}", prefix, number)));
        }
    }
}
