// A link that is cut one way: the same to the caller whichever way it is, and not to the callee.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"

TEST_CASE(
    "the shop sees the same in both cuts; the ledger is idle in one, doubly busy in the other") {
    const auto loaded = models::load(
        {std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/asymmetric_cut.json", {}, {}, {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    const sim::Recording run = models::simulate(*loaded.scenario, {1, 0});
    const auto count = [&](const char* node, std::size_t from, std::size_t to) {
        double finished = 0;
        double succeeded = 0;
        for (std::size_t second = from; second < to; ++second) {
            const sim::Slice slice = support::node(run, node).slices[second];
            finished += slice.finished;
            succeeded += slice.succeeded;
        }
        return std::pair(finished, succeeded);
    };
    // Slices are from the start of the run.
    for (const std::size_t cut : {30, 80}) {
        CHECK(count("users", cut + 2, cut + 29).second == 0);
        CHECK(count("users", cut + 2, cut + 29).first == doctest::Approx(27 * 50).epsilon(0.1));
    }
    CHECK(count("ledger", 31, 60).first == 0);
    CHECK(count("ledger", 90, 109).second == doctest::Approx(19 * 2 * 50).epsilon(0.1));
    // What the shop gave up in the first cut is booked after all, when TCP's timer is due again.
    CHECK(count("ledger", 60, 80).second == doctest::Approx(20 * 50 + 2 * 30 * 50).epsilon(0.15));
    CHECK(count("users", 112, 130).second == doctest::Approx(18 * 50).epsilon(0.1));
}
