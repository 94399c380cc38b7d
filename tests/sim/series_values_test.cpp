#include "sim/series_values.h"

#include <doctest/doctest.h>

#include <vector>

using sim::SeriesValues;

TEST_CASE("a series is the values that were added, however they repeat") {
    const std::vector<double> all = {0, 0, 0.5, 0.5, 0.5, 2, 0, 0};
    SeriesValues values;
    values.add(0, 2);
    values.add(0.5, 3);
    values.add(2);
    values.add(0);
    values.add(0);
    values.add(7, 0);
    REQUIRE(values.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(values[i] == all[i]);
    for (std::size_t first = 0; first < 10; ++first) {
        for (std::size_t end = first; end < 12; ++end) {
            double sum = 0;
            for (std::size_t i = first; i < std::min(end, all.size()); ++i) sum += all[i];
            CHECK(values.sum(first, end) == sum);
        }
    }
    CHECK(values == SeriesValues{0, 0, 0.5, 0.5, 0.5, 2, 0, 0});
}

TEST_CASE("a series says where it changes, where it begins and where it is over") {
    const SeriesValues values = {1, 1, 3, 3};
    CHECK(values.next_change(0) == 0);
    CHECK(values.next_change(1) == 2);
    CHECK(values.next_change(2) == 2);
    CHECK(values.next_change(3) == 4);
    CHECK(values.next_change(5) == std::nullopt);
    CHECK(SeriesValues{}.next_change(0) == std::nullopt);
}
