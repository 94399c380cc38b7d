// Which partition has a row, and which ones a query need not look at, as MySQL's manual has it
// ("Partitioning Types", "Partition Pruning").
#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "models/tables/hash_partitioning.h"
#include "models/tables/list_partitioning.h"
#include "models/tables/range_partitioning.h"
#include "models/tables/unpartitioned.h"

using models::HashPartitioning;
using models::ListPartitioning;
using models::Partitioning;
using models::RangePartitioning;
using models::Unpartitioned;

namespace {

using Numbers = std::vector<std::size_t>;

// The partitions that are left when those are pruned that cannot have these values.
Numbers left(const Partitioning& partitioning, Partitioning::Range values) {
    Numbers all;
    for (std::size_t i = 0; i < partitioning.names().size(); ++i) {
        if (partitioning.may_have(i, values)) all.push_back(i);
    }
    return all;
}

// Below 10, below 20, and the rest.
RangePartitioning three_ranges() {
    RangePartitioning::Spec spec;
    spec.partitions = {{"low", 10}, {"middle", 20}, {"high", std::nullopt}};
    return RangePartitioning(spec);
}

ListPartitioning two_lists() {
    ListPartitioning::Spec spec;
    spec.partitions.entries = {{"odd", {{1, 3, 5}}}, {"even", {{2, 4}}}};
    return ListPartitioning(spec);
}

// A row is never in a partition that a query for its value, or for a range around it, leaves out.
void check_pruning(const Partitioning& partitioning, std::uint64_t values) {
    for (std::uint64_t value = 0; value < values; ++value) {
        const std::optional<std::size_t> where = partitioning.partition_of(value);
        if (!where) continue;
        CHECK(left(partitioning, {value, value}) == Numbers{*where});
        const Partitioning::Range around{value > 2 ? value - 2 : 0, value + 3};
        CHECK(partitioning.may_have(*where, around));
    }
}

}  // namespace

TEST_CASE("a range partition has what is below its bound, and not below the one before") {
    const RangePartitioning ranges = three_ranges();
    CHECK(ranges.partition_of(0) == 0);
    CHECK(ranges.partition_of(9) == 0);
    CHECK(ranges.partition_of(10) == 1);
    CHECK(ranges.partition_of(20) == 2);
    CHECK(left(ranges, {5, 9}) == Numbers{0});
    CHECK(left(ranges, {9, 10}) == Numbers{0, 1});
    CHECK(left(ranges, {15, 1000}) == Numbers{1, 2});
    check_pruning(ranges, 40);
}

TEST_CASE("a value that no list has, and one above the last bound, is refused") {
    const ListPartitioning lists = two_lists();
    CHECK(lists.partition_of(3) == 0);
    CHECK(lists.partition_of(4) == 1);
    CHECK(lists.partition_of(6) == std::nullopt);
    CHECK(left(lists, {3, 3}) == Numbers{0});
    CHECK(left(lists, {3, 4}) == Numbers{0, 1});
    CHECK(left(lists, {6, 9}).empty());
    check_pruning(lists, 8);

    RangePartitioning::Spec bounded;
    bounded.partitions = {{"low", 10}};
    CHECK(RangePartitioning(bounded).partition_of(10) == std::nullopt);
}

TEST_CASE("hashing prunes for one value, and for no range") {
    const HashPartitioning hashed({.partitions = 4});
    CHECK(hashed.partition_of(7) == 3);
    CHECK(left(hashed, {7, 7}) == Numbers{3});
    CHECK(left(hashed, {7, 8}) == Numbers{0, 1, 2, 3});
    check_pruning(hashed, 12);
    check_pruning(Unpartitioned({}), 3);
}
