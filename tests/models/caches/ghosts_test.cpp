// Keys that have left, and how often keys were asked for, beside plain lists of the same.
#include "models/caches/ghosts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>

#include "models/caches/frequency_sketch.h"
#include "sim/rng.h"

using models::FrequencySketch;
using models::Ghosts;

namespace {

struct Plain {
    struct Ghost {
        std::uint64_t key;
        std::uint32_t bytes;
    };
    std::deque<Ghost> line;

    std::uint64_t bytes() const {
        std::uint64_t sum = 0;
        for (const Ghost& each : line) sum += each.bytes;
        return sum;
    }
    bool remove_key(std::uint64_t key) {
        const auto found =
            std::ranges::find_if(line, [&](const Ghost& each) { return each.key == key; });
        if (found == line.end()) return false;
        line.erase(found);
        return true;
    }
    void add_within(std::uint64_t room, std::uint64_t key, std::uint32_t size) {
        if (size > room) return;
        while (bytes() + size > room) line.pop_front();
        line.push_back({key, size});
    }
};

}  // namespace

TEST_CASE("ghosts come back, are forgotten in the order they came, and leave no trace") {
    for (const std::uint32_t sizes : {1u, 7u}) {
        CAPTURE(sizes);
        Ghosts ghosts;
        Plain plain;
        sim::Draws draws(sizes);
        for (int step = 0; step < 60000; ++step) {
            // Now and then many come back, so that the ring is full of holes.
            const bool returns = draws.below(step / 5000 % 2 == 0 ? 10 : 2) == 0;
            const std::uint64_t key = draws.below(600);
            REQUIRE(ghosts.remove_key(key) == plain.remove_key(key));
            if (!returns) {
                const auto bytes = static_cast<std::uint32_t>(1 + draws.below(sizes));
                ghosts.add_within(300, key, bytes);
                plain.add_within(300, key, bytes);
            }
            REQUIRE(ghosts.bytes() == plain.bytes());
            REQUIRE(ghosts.size() == plain.line.size());
        }
        ghosts.clear();
        CHECK(ghosts.bytes() == 0);
        CHECK_FALSE(ghosts.remove_key(plain.line.front().key));
    }
}

TEST_CASE("a count is never too low, halves, and stops at 16 bits") {
    FrequencySketch sketch(1000);
    std::map<std::uint64_t, std::uint32_t> counts;
    sim::Draws draws(5);
    for (int step = 0; step < 200000; ++step) {
        const std::uint64_t key = draws.below(1 + draws.below(300));
        sketch.add(key);
        ++counts[key];
    }
    for (const auto& [key, count] : counts) CHECK(sketch.estimate(key) >= count);
    const std::uint32_t before = sketch.estimate(0);
    CHECK(before > 255);
    sketch.halve();
    CHECK(sketch.estimate(0) == before / 2);
    for (int step = 0; step < 70000; ++step) sketch.add(0);
    CHECK(sketch.estimate(0) == 65535);
}
