// The rules of a line, by themselves: RFC 8289's control law, Facebook's two patiences.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "models/shedding/adaptive_lifo.h"
#include "models/shedding/codel.h"
#include "models/shedding/controlled_delay.h"
#include "models/shedding/priority.h"
#include "models/shedding/queue_deadline.h"
#include "models/shedding/shedders.h"

using namespace models;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kLong = 50;

// When it drops, in milliseconds, of requests that come to their turn each millisecond after a
// wait.
std::vector<int> drops(Codel& codel, int from, int to, sim::Duration waited,
                       std::size_t waiting = kLong) {
    std::vector<int> at;
    for (int ms = from; ms < to; ++ms) {
        while (codel.drops(sim::Time(ms * 1ms), waited, waiting)) at.push_back(ms);
    }
    return at;
}

}  // namespace

TEST_CASE(
    "codel: after an interval of long waits it drops, each time an interval / sqrt(n) later") {
    Codel codel({}, 0);
    CHECK(drops(codel, 0, 1000, 4999us).empty());
    const std::vector<int> at = drops(codel, 1000, 2000, 5ms);
    std::vector<int> expected = {1100};
    double next = 1100;
    for (int n = 1; (next += 100 / std::sqrt(n)) < 1999; ++n) {
        expected.push_back(static_cast<int>(std::ceil(next - 1e-6)));
    }
    CHECK(at == expected);
    // n terms of 100 (1 + 1/sqrt(2) + ...) are 200 sqrt(n) - 146 + 50 / sqrt(n): 26 fit in 899 ms.
    CHECK(at.size() == 27);
}

TEST_CASE("codel: one short wait ends it, and what it had learnt is there when it has to go on") {
    Codel codel({}, 0);
    const std::size_t first = drops(codel, 1, 1000, 20ms).size();
    CHECK(first > 20);
    CHECK(!codel.drops(sim::Time(1000ms), 1ms, kLong));
    // Soon: 16 intervals. It begins at the rate it left off with, less the first drop.
    const std::vector<int> again = drops(codel, 1001, 1202, 20ms);
    REQUIRE(again.size() > 2);
    CHECK(again[0] == 1101);
    CHECK(again[1] - again[0] == std::ceil(100 / std::sqrt(static_cast<double>(first - 1))));
    // Long after: from the beginning.
    CHECK(!codel.drops(sim::Time(5000ms), 1ms, kLong));
    CHECK(drops(codel, 5001, 5202, 20ms) == std::vector<int>{5101, 5201});
}

TEST_CASE("codel: a line of one is short, however long it takes") {
    Codel codel({}, 0);
    CHECK(drops(codel, 0, 2000, 1s, 1).empty());
    CHECK(!drops(codel, 2000, 4000, 1s, 2).empty());
}

TEST_CASE("codel: it drops one and looks at the next in the same moment") {
    Codel codel({}, 0);
    CHECK(drops(codel, 1, 101, 20ms).empty());
    CHECK(codel.drops(sim::Time(101ms), 20ms, kLong));
    CHECK(!codel.drops(sim::Time(101ms), 20ms, kLong));  // the first drop is one
    // Nobody's turn came for a second: one for each step of the control law that was missed.
    int at_once = 0;
    while (codel.drops(sim::Time(1101ms), 20ms, kLong)) ++at_once;
    CHECK(at_once == 32);  // 100 (1 + 1/sqrt(2) + ... + 1/sqrt(32)) is the last sum below 1000
}

TEST_CASE("controlled_delay: long waits for bursts only") {
    ControlledDelay rule({}, 0);
    CHECK(rule.patience(sim::Time(10s), 0) == 100ms);
    CHECK(rule.patience(sim::Time(10s + 100ms), 3) == 100ms);
    CHECK(rule.patience(sim::Time(10s + 101ms), 3) == 5ms);
    rule.drops(sim::Time(10s + 200ms), 3ms, 0);  // the last of the line has gone
    CHECK(rule.patience(sim::Time(10s + 250ms), 2) == 100ms);
}

TEST_CASE("adaptive_lifo: the line's length decides which end is next") {
    AdaptiveLifo rule({}, 0);
    CHECK(!rule.newest_first(10));
    CHECK(rule.newest_first(11));
}

TEST_CASE("rules of a line add up") {
    QueueDeadline::Spec deadline;
    deadline.limit = 50ms;
    LineRules none({}, 0);
    CHECK(none.empty());
    CHECK(none.patience(sim::Time{}, 5) == sim::Duration::max());
    CHECK(!none.newest_first(1000));
    LineRules rules({deadline, ControlledDelay::Spec{}, AdaptiveLifo::Spec{}}, 0);
    CHECK(!rules.empty());
    CHECK(rules.patience(sim::Time{}, 0) == 50ms);
    CHECK(rules.patience(sim::Time(1s), 5) == 5ms);
    CHECK(rules.newest_first(1000));
    CHECK(!rules.by_priority());
    CHECK(LineRules({PriorityShedder::Spec{}}, 0).by_priority());
}
