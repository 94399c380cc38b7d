// A store without a primary: its machines stand in places, and know only what they were told.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "models/quorum/machine_clock.h"
#include "tests/support/play.h"

using support::measure;

namespace {

struct QuorumSaid {
    std::string store;
    std::string failures = "";
    std::string links = R"("across_zones": {"latency": "10ms"}, "to_users": {"latency": "5ms"})";
    int keys = 100;
    std::string zones = R"("a", "b", "c")";
};

// Three machines in three zones, which have all items.
sim::Recording play_quorum(const QuorumSaid& said, std::uint64_t seed = 1) {
    return support::play(
        fmt::format(R"({{
        "run": {{"measure": "60s", "history": {{"of": ["store"]}}}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "200/s", "calls": [{{"to": "store", "writes": "30%"}}],
                     "population": {{"people": 20, "keys": {{"kind": "uniform", "count": {}}}}}}},
        "store": {{"kind": "quorum", "service_time": "1ms", "cores": 8{}}}}},
        "network": {{"regions": {{"eu": {{"zones": [{}]}}}},
                     "placement": {{"store": [{}]}}, {}}},
        "failures": [{}]}})",
                    said.keys, said.store, said.zones, said.zones, said.links, said.failures),
        seed);
}

double broken_of_store(const sim::Recording& run, const std::string& what) {
    for (const sim::Watched& each : run.watched) {
        for (const sim::Measure& measure : each.measures) {
            if (measure.name == what) return measure.value;
        }
    }
    FAIL("no such figure: ", what);
    return 0;
}

const sim::Histogram& latency_of_users(const sim::Recording& run) {
    return support::node(run, "clients").latency.succeeded;
}

constexpr auto kCutLinks =
    R"({"kind": "partition", "from": ["a"], "to": ["b", "c"], "at": "20s", "lasts": "20s"})";

}  // namespace

TEST_CASE("a quorum takes the way to the nearest that complete it, and back") {
    // To the coordinator and back 5 ms each; W = 2 are itself and another 10 ms away, 1 ms of work.
    const auto two = play_quorum({""});
    CHECK(latency_of_users(two).percentile(1) >= sim::Duration(std::chrono::milliseconds(31)));
    CHECK(latency_of_users(two).mean_seconds() == doctest::Approx(0.031).epsilon(0.05));
    // One answer is its own.
    const auto one = play_quorum({R"(, "r": 1, "w": 1)"});
    CHECK(latency_of_users(one).mean_seconds() == doctest::Approx(0.011).epsilon(0.05));
}

TEST_CASE("a cut of links leaves a minority without answers, and hints bring it back") {
    const auto run = play_quorum({.store = "", .failures = kCutLinks, .keys = 10000});
    // A third of the callers ask the machine in zone a, for 20 s of 60.
    CHECK(support::node(run, "clients").totals.availability() ==
          doctest::Approx(1 - 1.0 / 9).epsilon(0.02));
    CHECK(measure(run, "store", "too_few_answers") > 0);
    CHECK(measure(run, "store", "suspicions") >= 4);  // each side of each link
    CHECK(measure(run, "store", "handed_over") > 0);
    CHECK(measure(run, "store", "copies_behind") == 0);
    CHECK(measure(run, "store", "stale_reads") == 0);
    const auto without = play_quorum(
        {.store = R"(, "hinted_handoff": false)", .failures = kCutLinks, .keys = 10000});
    CHECK(measure(without, "store", "copies_behind") > 0);
}

TEST_CASE("with one answer each side of a cut goes on by itself, and reads are old") {
    const auto run = play_quorum({R"(, "r": 1, "w": 1)", kCutLinks});
    CHECK(support::node(run, "clients").totals.availability() > 0.999);
    CHECK(measure(run, "store", "stale_reads") > 100);
    CHECK(broken_of_store(run, "not_linearizable") > 10);
    CHECK(broken_of_store(run, "own_writes_missed") > 10);
}

TEST_CASE("lost messages are sent again by TCP, and cost its timer") {
    const auto run = play_quorum(
        {R"(, "w": 3, "r": 3)", "", R"("across_zones": {"latency": "10ms", "loss": "0.1%"})"});
    CHECK(support::node(run, "clients").totals.availability() == 1);
    CHECK(latency_of_users(run).percentile(99) > std::chrono::milliseconds(200));
}

TEST_CASE("a sloppy quorum lets another stand in") {
    const std::string crash =
        R"({"kind": "crash", "target": "store", "instances": 1, "at": "20s", "lasts": "20s"})";
    const auto strict = play_quorum({R"(, "n": 2, "machines": 3)", crash});
    const auto sloppy = play_quorum({R"(, "n": 2, "machines": 3, "sloppy": true)", crash});
    // Two of three items have a copy on the machine that is down.
    CHECK(support::node(strict, "clients").totals.availability() ==
          doctest::Approx(1 - 2.0 / 9).epsilon(0.03));
    CHECK(support::node(sloppy, "clients").totals.availability() > 0.998);
    CHECK(measure(sloppy, "store", "copies_behind") == 0);
}

TEST_CASE("read repair brings those together who answered") {
    const std::string one = R"(, "r": 1, "w": 1, "write_to": "quorum")";
    CHECK(measure(play_quorum({one}), "store", "read_repairs") == 0);
    const auto all = play_quorum({one + R"(, "read_repair": "background")"});
    CHECK(measure(all, "store", "read_repairs") > 1000);
    const std::string few = one + R"(, "read_repair": "background", "read_from": "quorum")";
    const auto none = play_quorum({few});
    CHECK(measure(none, "store", "read_repairs") == 0);
    const auto some = play_quorum({few + R"(, "read_repair_chance": "50%")"});
    CHECK(measure(some, "store", "read_repairs") > 100);
    CHECK(measure(some, "store", "stale_reads") < measure(none, "store", "stale_reads"));
}

// Attiya, Bar-Noy and Dolev (1995): a read that writes back what it saw makes a register of a
// quorum atomic; without that it may be seen, and then not. Here a write from zone a is in b at
// once and with the others half a second later: whoever asks in b sees it, and whoever asks in c, d
// or e afterwards does not, as those three are near one another.
TEST_CASE("a quorum is linearizable with blocking read repair, and not without") {
    const auto five = [](const std::string& more) {
        return play_quorum({.store = R"(, "machines": 5, "n": 5, "r": 3, "w": 3)" + more,
                            .links = R"("across_zones": {"latency": "1ms"}, "pairs": {
                                "a": {"c": {"latency": "500ms"}, "d": {"latency": "500ms"},
                                      "e": {"latency": "500ms"}},
                                "b": {"c": {"latency": "3ms"}, "d": {"latency": "3ms"},
                                      "e": {"latency": "3ms"}}})",
                            .keys = 50,
                            .zones = R"("a", "b", "c", "d", "e")"});
    };
    const auto without = five("");
    CHECK(broken_of_store(without, "not_linearizable") > 10);
    CHECK(measure(without, "store", "stale_reads") == 0);  // what is seen too soon is not old yet
    const auto blocking = five(R"(, "read_repair": "blocking")");
    CHECK(broken_of_store(blocking, "not_linearizable") == 0);
    CHECK(broken_of_store(blocking, "non_monotonic_reads") == 0);
    CHECK(measure(blocking, "store", "read_repairs") > 100);
}

TEST_CASE("clocks that are off lose writes to older ones, whatever the quorum") {
    const std::string strict = R"(, "r": 3, "w": 3, "read_repair": "blocking")";
    const auto right = play_quorum({strict});
    CHECK(broken_of_store(right, "own_writes_missed") == 0);
    CHECK(measure(right, "store", "lost_items") == 0);
    double lost = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto wrong = play_quorum(
            {strict + R"(, "clock_error": {"kind": "uniform", "min": "0s", "max": "10s"})"}, seed);
        lost += broken_of_store(wrong, "own_writes_missed");
    }
    CHECK(lost > 100);
}

TEST_CASE("a clock never shows the same twice, nor goes back when it is set back") {
    models::MachineClock clock(3);
    const sim::Time now(std::chrono::seconds(5));
    const models::Timestamp first = clock.stamp(now);
    CHECK(first.us == 5'000'000);
    CHECK(clock.stamp(now).us == 5'000'001);
    clock.shift(-std::chrono::seconds(1));
    CHECK(clock.stamp(now).us == 5'000'002);
    clock.shift(std::chrono::seconds(2));
    CHECK(clock.stamp(now).us == 6'000'000);
    CHECK(first < clock.stamp(now));
}
