// A slow release of a consumer: users see nothing of it, and the lag sees it all.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

using support::measure;

namespace {

sim::Recording play_with(const std::vector<std::string>& sets) {
    const auto loaded = models::load(
        {std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/consumer_lag.json", {}, sets, {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    return models::simulate(*loaded.scenario, {1, 0});
}

}  // namespace

TEST_CASE("lag grows by what is not handled, and is gone once somebody rolls back") {
    const sim::Recording rolled_back = play_with({});
    CHECK(support::node(rolled_back, "users").totals.availability() == 1);
    CHECK(measure(rolled_back, "mails", "unread") < 600);
    // Nobody is paged: from 240 s on 150/s stay, until the end of 900 s, and 25/s more with each
    // member that had turned slow before.
    const sim::Recording left = play_with({"alerts={}"});
    const double expected = 25.0 * (6 * 900 - 1290);
    CHECK(measure(left, "mails", "unread") == doctest::Approx(expected).epsilon(0.03));
    CHECK(support::node(left, "users").totals.availability() == 1);
    // A release that is as fast as the one before: only rebalances.
    const sim::Recording fast = play_with({"nodes.mailer.rollouts.0.slower=1"});
    CHECK(measure(fast, "mails", "lag_peak") < 3000);
}
