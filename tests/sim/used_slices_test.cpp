#include "sim/used_slices.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/rng.h"

using namespace sim;

namespace {

// Slices as a plain list, of runs as random systems have them: mostly idle, now and then anything.
std::vector<Used> random_slices(Draws& draws, std::size_t runs) {
    std::vector<Used> slices;
    Used used;
    for (std::size_t run = 0; run < runs; ++run) {
        if (draws.below(10) == 0) used.size = static_cast<float>(draws.below(100));
        const auto some = [&] {
            return draws.below(2) == 0 ? 0.0F : static_cast<float>(draws.below(1000)) / 7;
        };
        used.in_use = some();
        used.waiting = some();
        used.full = some();
        used.fullest = draws.below(2) == 0 ? used.full : some();
        used.taken = static_cast<std::uint32_t>(draws.below(2) == 0 ? 0 : draws.below(1'000'000));
        used.refused = static_cast<std::uint32_t>(draws.below(3) == 0 ? draws.below(300) : 0);
        slices.insert(slices.end(), 1 + draws.below(run % 7 == 0 ? 500 : 3), used);
    }
    return slices;
}

}  // namespace

TEST_CASE("slices read back as they were added, wherever one begins") {
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
        Draws draws(seed);
        const std::vector<Used> expected = random_slices(draws, 200);
        UsedSlices slices;
        for (std::size_t i = 0; i < expected.size(); ++i) slices.add(expected[i], i + 1);
        REQUIRE(slices.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CAPTURE(i);
            CHECK(slices[i] == expected[i]);
            std::size_t change = i;
            while (change > 0 && change < expected.size() &&
                   expected[change] == expected[change - 1]) {
                ++change;
            }
            CHECK(slices.next_change(i) == change);
        }
        CHECK(slices[expected.size()] == Used{});
        for (int n = 0; n < 200; ++n) {
            const std::size_t first = draws.below(expected.size());
            const std::size_t end = first + 1 + draws.below(expected.size() - first);
            double waiting = 0, taken = 0;
            for (std::size_t i = first; i < end; ++i) {
                waiting += static_cast<double>(expected[i].waiting);
                taken += expected[i].taken;
            }
            const UsedSlices::Sum sum = slices.mean(first, end);
            CHECK(sum.waiting == doctest::Approx(waiting / static_cast<double>(end - first)));
            CHECK(sum.taken == doctest::Approx(taken));
        }
    }
}

TEST_CASE("slices are kept as runs, and means are weighted by time") {
    UsedSlices slices;
    Used busy;
    busy.size = 4;
    busy.in_use = 4;
    busy.refused = 3;
    Used idle;
    idle.size = 4;
    slices.add(idle, 10);
    slices.add(busy, 12);
    slices.add(idle, 1000);
    CHECK(slices.size() == 1000);
    CHECK(slices.next_change(1) == 10);
    CHECK(slices.next_change(11) == 12);
    CHECK(slices.next_change(13) == 1000);
    CHECK(slices[11].in_use == 4);
    const auto mean = slices.mean(8, 12);
    CHECK(mean.in_use == 2);
    CHECK(mean.refused == 6);
    CHECK(mean.share() == 0.5);
}
