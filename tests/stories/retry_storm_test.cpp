// A database that is slow for half a minute: retries keep the shop down for good, a budget of them
// lets it recover.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "tests/support/play.h"

namespace {

sim::Recording play_storm(bool has_budget, const std::vector<std::string>& sets = {}) {
    const std::string folder = std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/";
    std::vector<std::string> overlays;
    if (has_budget) overlays.push_back(folder + "retry_budget.json");
    const auto loaded = models::load({folder + "retry_storm.json", overlays, sets, {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    return models::simulate(*loaded.scenario, {1, 0});
}

}  // namespace

TEST_CASE("retries alone keep it down after its cause is gone") {
    const sim::Recording storm = play_storm(false);
    // Two of eight minutes are before it.
    CHECK(support::node(storm, "users").totals.availability() < 0.26);
    const reports::Diagnosis diagnosis = reports::diagnose(storm);
    REQUIRE(!diagnosis.findings.empty());
    CHECK(diagnosis.findings.front().verdict == reports::Diagnosed::retry_storm);
    // Without the slow half minute nothing happens at all.
    CHECK(support::node(play_storm(false, {"failures=[]"}), "users").totals.availability() == 1);
}

TEST_CASE("a budget of retries lets it recover") {
    // What came in the 30 s and while the line was worked off is lost: less than half.
    CHECK(support::node(play_storm(true), "users").totals.availability() > 0.6);
}
