// The COVID monolith with a notification for each payment: called in the request, and, as an
// overlay, published as an event that is handled later (row MQ-01's three seconds and a half).
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/play.h"

namespace {

// A payment in February, where nothing queues. The lesson's split of the time is ours, as in MQ-01.
sim::Recording play_payments(const std::vector<std::string>& overlays) {
    const std::string story = std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/covid/";
    models::ScenarioSource source;
    source.file = story + "february.json";
    for (const std::string& each : overlays) source.overlays.push_back(story + each);
    models::Loaded loaded = models::load(source);
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    models::Scenario scenario = *loaded.scenario;
    scenario.run.warm_up = std::chrono::minutes(2);
    scenario.run.measure = std::chrono::minutes(2);
    return models::simulate(scenario, {42, 0});
}

double median_of_payments(const sim::Recording& recording) {
    for (const sim::Split& each : support::node(recording, "learners").splits) {
        if (each.name == "pay") return sim::seconds(each.latency.percentile(50).time);
    }
    FAIL("nobody pays");
    return 0;
}

}  // namespace

TEST_CASE("a payment that notifies takes three seconds, and half a second with an event") {
    const sim::Recording called = play_payments({"notifications_called.json"});
    const sim::Recording published =
        play_payments({"notifications_called.json", "notifications_published.json"});
    // 0.3 s of its own, 2.5 s of the notification, 0.17 s of the bank, as the median of a lognormal
    // with a mean of 0.2 and a p99 of 0.6 s has it; and what the monolith's
    // own payment takes beside that: some 40 ms of queries, cores and the way.
    CHECK(median_of_payments(called) > 2.95);
    CHECK(median_of_payments(called) < 3.1);
    CHECK(median_of_payments(published) > 0.48);
    CHECK(median_of_payments(published) < 0.58);
    // Each event is handled, but for those that are at it.
    const double events = support::measure(published, "kafka", "published");
    CHECK(events > 100);
    CHECK(support::measure(published, "notifications", "handled") > 0.9 * events);
    CHECK(support::measure(published, "notifications", "handled_again") == 0);
}
