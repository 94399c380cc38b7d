#include "sim/slices.h"

#include <doctest/doctest.h>

using sim::Slice;
using sim::Slices;

namespace {

Slice slice(std::uint32_t arrived, std::size_t step) {
    Slice made{arrived, arrived, arrived, 0, 0, 0, 0.5 * arrived};
    made.by_latency[step] = arrived;
    return made;
}

}  // namespace

TEST_CASE("slices are what was added to them, and nothing where nothing happened") {
    Slices slices;
    CHECK(slices.size() == 0);
    slices.add(2, slice(3, 0));
    slices.add(2, slice(4, 16));
    slices.add(7, slice(1, 5));
    CHECK(slices.size() == 8);
    CHECK(slices[2].arrived == 7);
    CHECK(slices[2].by_latency[0] == 3);
    CHECK(slices[2].by_latency[16] == 4);
    CHECK(slices[2].latency_sum_s == 3.5);
    CHECK(slices[7] == slice(1, 5));
    for (const std::size_t idle : {0, 1, 3, 6, 8, 100}) CHECK(slices[idle] == Slice{});
    CHECK(sum_of(slices, 0, 100).arrived == 8);
    CHECK(sum_of(slices, 3, 7) == Slice{});
    CHECK(sum_of(slices, 7, 8) == slice(1, 5));
    CHECK(slices.next(0) == 2);
    CHECK(slices.next(3) == 7);
    CHECK(slices.next(8) == slices.size());
    const std::vector<Slice> all = {{}, {}, slices[2], {}, {}, {}, {}, slices[7]};
    CHECK(slices == Slices(all));
}
