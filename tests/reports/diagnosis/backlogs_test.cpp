// What piles up where no user waits for it.
#include "reports/diagnosis/backlogs.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/text.h"

using support::has;

namespace {

constexpr sim::Figure kLag = sim::figure("lag", sim::Unit::count, sim::Merge::over_time,
                                         "Records that are not handled yet.");

// A second each.
sim::Recording group_with(const std::vector<double>& lag, const sim::Figure* figure = &kLag) {
    sim::Recording run;
    run.slice = std::chrono::seconds(1);
    run.simulated = std::chrono::seconds(lag.size());
    sim::NodeRecord node;
    node.name = "mails";
    sim::Series series{"lag", "", {}, true, figure};
    for (const double each : lag) series.values.add(each);
    node.series.push_back(series);
    run.nodes.push_back(node);
    return run;
}

// 100 s, level until then and 50 more each second after it.
std::vector<double> grows_from(std::size_t from) {
    std::vector<double> lag(100, 3);
    for (std::size_t i = from; i < lag.size(); ++i) lag[i] = 50.0 * static_cast<double>(i - from);
    return lag;
}

std::vector<std::string> said_of(const std::vector<double>& lag,
                                 const std::vector<reports::Event>& events = {}) {
    return reports::backlogs_of(group_with(lag), events, 0, lag.size());
}

}  // namespace

TEST_CASE("a lag that only grows is told, with its rate and the failure meanwhile") {
    const auto said = said_of(grows_from(30), {{30, 100, "smtp", "slow", "", true}});
    REQUIRE(said.size() == 1);
    CHECK(has(said[0], "mails falls behind: its lag only grows since "));
    CHECK(has(said[0], "to 3,450 at 100 s"));
    CHECK(has(said[0], "meanwhile there was a failure: smtp slow."));
}

TEST_CASE("a lag that is drained, one that is level and one that has just begun are not") {
    std::vector<double> drained = grows_from(10);
    for (std::size_t i = 60; i < 100; ++i) drained[i] = 0;
    CHECK(said_of(drained).empty());
    CHECK(said_of(std::vector<double>(100, 5000)).empty());
    CHECK(said_of(grows_from(95)).empty());
}

TEST_CASE("of what is no count over time, nothing is said") {
    constexpr sim::Figure kBytes =
        sim::figure("used", sim::Unit::bytes, sim::Merge::over_time, "Bytes that are used.");
    CHECK(reports::backlogs_of(group_with(grows_from(30), &kBytes), {}, 0, 100).empty());
}
