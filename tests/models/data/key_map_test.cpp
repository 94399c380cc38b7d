#include "models/data/key_map.h"

#include <doctest/doctest.h>

#include <unordered_map>

#include "sim/rng.h"

using models::KeyMap;

TEST_CASE("a map of keys knows what it was told, and nothing else") {
    KeyMap<std::uint64_t> map;
    std::unordered_map<std::uint64_t, std::uint64_t> model;
    sim::Draws draws(1);
    for (std::uint64_t step = 1; step <= 20000; ++step) {
        const std::uint64_t written = draws.below(5000), read = draws.below(5000);
        map[written] = step;
        model[written] = step;
        REQUIRE(map.size() == model.size());
        REQUIRE(map.contains(read) == model.contains(read));
        if (const std::uint64_t* const found = map.find(read)) REQUIRE(*found == model.at(read));
    }
    std::size_t visited = 0;
    map.for_each([&](std::uint64_t key, std::uint64_t value) {
        CHECK(model.at(key) == value);
        ++visited;
    });
    CHECK(visited == model.size());
    CHECK(map.find(~std::uint64_t{0}) == nullptr);  // Ledger::kWholeSet
    map.clear();
    CHECK(map.size() == 0);
    CHECK(map.find(1) == nullptr);
    CHECK(map[1] == 0);
}
