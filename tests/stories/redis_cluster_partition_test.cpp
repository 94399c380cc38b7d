// A Redis Cluster that is cut in two: a majority and a minority, whatever the seed.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"

using support::measure;

TEST_CASE(
    "one side of a cut cluster elects, the other loses what it took, and nothing else is lost") {
    const auto loaded = models::load(
        {std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/redis_cluster_partition.json",
         {},
         {},
         {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto run = models::simulate(*loaded.scenario, {seed, 0});
        CHECK(measure(run, "redis", "failovers") == 1);
        // It misses both others 5 to 7.6 s after the cut, and takes 100 writes/s until then.
        CHECK(measure(run, "redis", "lost_writes") > 390);
        CHECK(measure(run, "redis", "lost_writes") < 900);
        CHECK(support::node(run, "shop").totals.availability() > 0.97);
    }
}
