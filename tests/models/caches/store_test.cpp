// What every eviction must do, whoever is in the family; and what is special about some.
#include "models/caches/store.h"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "models/caches/arc.h"
#include "models/caches/clairvoyant.h"
#include "models/caches/clock.h"
#include "models/caches/fifo.h"
#include "models/caches/lfu.h"
#include "models/caches/lirs.h"
#include "models/caches/lru.h"
#include "models/caches/redis.h"
#include "models/caches/s3_fifo.h"
#include "models/caches/sieve.h"
#include "models/caches/slru.h"
#include "models/caches/tiny_lfu.h"
#include "models/caches/two_queue.h"
#include "sim/zipf.h"

using namespace models;

namespace {

struct Stored {
    std::uint32_t bytes;
    sim::Time expires;
};

// A store beside a map of all that was ever put: what it has must be from there.
class Checked {
public:
    Checked(const EvictionChoice& choice, std::uint64_t capacity) : store_(choice, {capacity, 7}) {}

    void act(sim::Draws& draws) {
        now_ += std::chrono::milliseconds(draws.below(20));
        const Key key = draws.below(60);
        const std::uint64_t dice = draws.below(100);
        if (dice < 45) return look(key);
        if (dice < 90) return put(key, draws);
        if (dice < 99) return erase(key);
        if (draws.below(40) == 0) clear();
    }

    void check() const {
        std::uint64_t bytes = 0;
        std::size_t count = 0;
        for (Key key = 0; key < 60; ++key) {
            const Slot slot = store_.peek(key);
            if (slot == kNoSlot) continue;
            ++count;
            REQUIRE(put_.contains(key));
            REQUIRE(store_[slot].key == key);
            REQUIRE(store_[slot].bytes == put_.at(key).bytes);
            REQUIRE(store_[slot].expires == put_.at(key).expires);
            bytes += store_[slot].bytes;
        }
        REQUIRE(store_.size() == count);
        REQUIRE(store_.bytes() == bytes);
        REQUIRE(bytes <= store_.capacity());
    }

private:
    void look(Key key) {
        const Slot slot = store_.find(key, now_);
        if (slot != kNoSlot) {
            REQUIRE(put_.contains(key));
            REQUIRE(put_.at(key).expires > now_);
        }
    }
    void put(Key key, sim::Draws& draws) {
        const auto bytes = static_cast<std::uint32_t>(draws.below(12));
        const bool expires = draws.below(2) == 0;
        const sim::Time until =
            expires ? now_ + std::chrono::milliseconds(draws.below(3000)) : sim::kForever;
        put_[key] = {bytes, until};
        const Slot slot = store_.put(key, bytes, until, now_);
        if (slot != kNoSlot) REQUIRE(store_[slot].key == key);
        if (slot == kNoSlot) REQUIRE(store_.peek(key) == kNoSlot);
    }
    void erase(Key key) {
        const bool was_there = store_.peek(key) != kNoSlot;
        REQUIRE(store_.erase(key) == was_there);
        put_.erase(key);
    }
    void clear() {
        store_.clear();
        put_.clear();
    }

    Store store_;
    sim::Time now_{};
    std::map<Key, Stored> put_;
};

double hit_ratio(const EvictionChoice& choice, std::uint64_t capacity, double exponent) {
    Store store(choice, {capacity, 1});
    const sim::Zipf zipf({1000, exponent});
    sim::Draws draws(5);
    int hits = 0;
    for (int request = 0; request < 60000; ++request) {
        const Key key = zipf.sample(draws);
        const sim::Time now{std::chrono::milliseconds(request)};
        const bool is_hit = store.find(key, now) != kNoSlot;
        hits += is_hit && request >= 20000;
        if (!is_hit) store.put(key, 1, now + std::chrono::hours(1), now);
    }
    return hits / 40000.0;
}

}  // namespace

TEST_CASE("whatever the eviction, a store holds what was put into it and never more than fits") {
    for (const EvictionChoice& choice : Evictions::each()) {
        CAPTURE(choice.kind());
        for (const std::uint64_t capacity : {1u, 7u, 50u, 120u, 1000u}) {
            Checked checked(choice, capacity);
            sim::Draws draws(sim::mix(capacity));
            for (int action = 0; action < 4000; ++action) {
                checked.act(draws);
                if (action % 7 == 0) checked.check();
            }
            checked.check();
        }
    }
}

TEST_CASE("with room for everything nothing is evicted") {
    for (const EvictionChoice& choice : Evictions::each()) {
        CAPTURE(choice.kind());
        Store store(choice, {100, 1});
        for (int round = 0; round < 3; ++round) {
            for (Key key = 0; key < 100; ++key) {
                if (store.find(key, {}) == kNoSlot) store.put(key, 1, sim::kForever, {});
            }
        }
        CHECK(store.size() == 100);
        CHECK(store.evictions() == 0);
    }
}

// Independent requests: nothing does better in the long run than to keep the most popular items,
// 0.693 here. Two points are five standard errors, and what a hundred fewer misses at first make.
TEST_CASE(
    "no eviction beats the static optimum under independent requests, and all use their room") {
    for (const EvictionChoice& choice : Evictions::each()) {
        CAPTURE(choice.kind());
        const double ratio = hit_ratio(choice, 100, 1);
        CHECK(ratio < 0.713);
        CHECK(ratio > 0.4);
    }
}

TEST_CASE("where all items are alike no eviction matters: hits are the share that fits") {
    for (const EvictionChoice& choice : Evictions::each()) {
        CAPTURE(choice.kind());
        CHECK(std::abs(hit_ratio(choice, 200, 0) - 0.2) < 0.02);  // ten standard errors
    }
}

TEST_CASE("an eviction draws only from its own stream: the same lookups, the same hits") {
    for (const EvictionChoice& choice : Evictions::each()) {
        CHECK(hit_ratio(choice, 50, 0.8) == hit_ratio(choice, 50, 0.8));
    }
}

TEST_CASE("an entry that has expired is not found, and its room is free") {
    Store store(Lru::Spec{}, {2, 1});
    const sim::Time soon(std::chrono::seconds(1));
    store.put(1, 1, soon, {});
    store.put(2, 1, sim::kForever, {});
    CHECK(store.find(1, soon - sim::Duration(1)) != kNoSlot);
    CHECK(store.find(1, soon) == kNoSlot);
    CHECK(store.expirations() == 1);
    CHECK(store.size() == 1);
    store.put(3, 1, sim::kForever, soon);
    CHECK(store.evictions() == 0);
}

TEST_CASE("the volatile policies leave alone what does not expire") {
    using Policies = std::vector<EvictionChoice>;
    for (const EvictionChoice& choice :
         Policies{SampledLru<Among::expiring>::Spec{}, SampledLfu<Among::expiring>::Spec{},
                  AnyOf<Among::expiring>::Spec{}, VolatileTtl::Spec{}}) {
        CAPTURE(choice.kind());
        Store store(choice, {10, 1});
        const sim::Time later(std::chrono::hours(1));
        for (Key key = 0; key < 5; ++key) store.put(key, 1, sim::kForever, {});
        for (Key key = 100; key < 200; ++key) REQUIRE(store.put(key, 1, later, {}) != kNoSlot);
        for (Key key = 0; key < 5; ++key) CHECK(store.peek(key) != kNoSlot);
        for (Key key = 10; key < 15; ++key)
            REQUIRE(store.put(key, 1, sim::kForever, {}) != kNoSlot);
        CHECK(store.put(99, 1, sim::kForever, {}) == kNoSlot);
    }
}

TEST_CASE("volatile-ttl, seeing all, evicts whoever expires first") {
    Store store(VolatileTtl::Spec{64}, {3, 1});
    for (const int hour : {2, 1, 3}) {
        store.put(static_cast<Key>(hour), 1, sim::Time(std::chrono::hours(hour)), {});
    }
    store.put(9, 1, sim::Time(std::chrono::hours(9)), {});
    CHECK(store.peek(1) == kNoSlot);
    CHECK(store.size() == 3);
}

// 10 frames, 20,000 requests: each policy's misses against those of MIN.
TEST_CASE("nobody misses less than the clairvoyant") {
    const sim::Zipf zipf({200, 0.8});
    sim::Draws draws(3);
    std::vector<Key> keys;
    for (int request = 0; request < 20000; ++request) keys.push_back(zipf.sample(draws));
    const std::vector<bool> best = clairvoyant_hits(keys, 10);
    const auto most = std::count(best.begin(), best.end(), true);
    for (const EvictionChoice& choice : Evictions::each()) {
        CAPTURE(choice.kind());
        if (choice.as<NoEviction::Spec>() != nullptr) continue;  // it may turn newcomers away
        Store store(choice, {10, 1});
        std::ptrdiff_t hits = 0;
        for (const Key key : keys) {
            if (store.find(key, {}) != kNoSlot) {
                ++hits;
            } else {
                store.put(key, 1, sim::Time(std::chrono::hours(1)), {});
            }
        }
        CHECK(hits <= most);
    }
}
