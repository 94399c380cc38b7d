// A slow leaf: who is full when, what the report says of it, and what a bulkhead changes.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "tests/support/play.h"

namespace {

sim::Recording play_cascade(const std::vector<std::string>& sets) {
    const auto loaded = models::load(
        {std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/cascade.json", {}, sets, {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    return models::simulate(*loaded.scenario, {1, 0});
}

const reports::FilledUp& filled_up(const reports::RootCause& finding, const std::string& node) {
    for (const reports::FilledUp& each : finding.filled_up) {
        if (each.node == node) return each;
    }
    FAIL(node << " did not fill up");
    return finding.filled_up.front();
}

}  // namespace

// 92 requests more wait each second, so that n threads are full after n / 92 s, and the slice of a
// second in which that is begins up to a second before; visitors use some of the gateway's.
TEST_CASE("the diagnosis has the wave in order, with its times") {
    const reports::Diagnosis diagnosis = reports::diagnose(play_cascade({}));
    REQUIRE(!diagnosis.findings.empty());
    const reports::RootCause& finding = diagnosis.findings.front();
    REQUIRE(finding.filled_up.size() == 4);
    const std::vector<std::string> order{"prices", "stock", "orders", "gateway"};
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(finding.filled_up[i].node == order[i]);
    CHECK(filled_up(finding, "prices").at_s == doctest::Approx(62.2).epsilon(0.02));
    CHECK(filled_up(finding, "stock").at_s == doctest::Approx(64.3).epsilon(0.02));
    CHECK(filled_up(finding, "orders").at_s == doctest::Approx(68.7).epsilon(0.02));
    CHECK(filled_up(finding, "gateway").at_s == doctest::Approx(77.4).epsilon(0.03));
}

TEST_CASE("a bulkhead at the deepest call ends the wave there") {
    const std::string policies = R"([{"kind": "bulkhead", "max_concurrent_calls": 200}])";
    const sim::Recording guarded =
        play_cascade({"nodes.stock.endpoints.take.1.policies=" + policies});
    CHECK(support::node(guarded, "visitors").totals.availability() == 1);
    for (const reports::RootCause& each : reports::diagnose(guarded).findings) {
        for (const reports::FilledUp& filled : each.filled_up) {
            CHECK(filled.node != "orders");
            CHECK(filled.node != "gateway");
        }
    }
}
