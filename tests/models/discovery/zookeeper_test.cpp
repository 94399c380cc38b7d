// ZooKeeper as a registry: sessions, ephemeral nodes, watches and the quorum.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

std::string watched_shop(const std::string& failures, const std::string& app = R"("replicas": 4)",
                         const std::string& more = "") {
    return fmt::format(R"({{"run": {{"measure": "120s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "100/s", "calls": "front.get"}},
        "front": {{"kind": "pool", "of": "app", "registry": "zk", "balancer": "round_robin"}},
        "zk": {{"kind": "zookeeper", "tick_time": "500ms", "session_timeout": "10s"}},
        "app": {{"kind": "server", {}, "cores": 4, "endpoints": {{"get": []}}}}}},
        "failures": [{}] {}}})",
                       app, failures, more);
}

std::uint64_t failed_in(const sim::Recording& run, std::size_t from, std::size_t to) {
    std::uint64_t sum = 0;
    const auto& slices = node(run, "users").slices;
    for (std::size_t each = from; each < to; ++each) {
        sum += slices[each].finished - slices[each].succeeded;
    }
    return sum;
}

constexpr const char* kOneInstanceDies =
    R"({"kind": "crash", "target": "app[0]", "at": "40s", "lasts": "1h"})";

}  // namespace

TEST_CASE("a dead instance is listed until its session is over, and clients hear at once") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const sim::Recording run = play(watched_shop(kOneInstanceDies), seed);
        // It was heard of 10/3 s before at most.
        CHECK(failed_in(run, 40, 46) >= 6 * 20);
        CHECK(failed_in(run, 51, 120) == 0);
        CHECK(measure(run, "zk", "expired_sessions") == 1);
    }
}

TEST_CASE("an instance that stands still loses its session, and gets another") {
    const sim::Recording run =
        play(watched_shop(R"({"kind": "hang", "target": "app[0]", "at": "40s", "lasts": "30s"})"));
    CHECK(measure(run, "zk", "expired_sessions") == 1);
    CHECK(measure(run, "zk", "registrations") == 1);
}

TEST_CASE("an instance that restarts has a new session, and the old one expires") {
    const sim::Recording run =
        play(watched_shop(R"({"kind": "crash", "target": "app[0]", "at": "40s", "lasts": "2s"})"));
    CHECK(measure(run, "zk", "expired_sessions") == 1);
    CHECK(measure(run, "zk", "registrations") == 1);
    CHECK(failed_in(run, 43, 120) == 0);
}

TEST_CASE("a leader that dies is replaced at once, and no session is lost") {
    const sim::Recording run =
        play(watched_shop(R"({"kind": "crash", "target": "zk[0]", "at": "40s", "lasts": "1h"})"));
    CHECK(measure(run, "zk", "elections") == 1);
    CHECK(measure(run, "zk", "without_leader") < 0.5);
    CHECK(measure(run, "zk", "expired_sessions") == 0);
    CHECK(failed_in(run, 0, 120) == 0);
}

TEST_CASE("without a quorum nothing is registered, and nothing expires") {
    const std::string two_down =
        R"({"kind": "crash", "target": "zk", "instances": 2, "at": "20s", "lasts": "60s"},)";
    const sim::Recording run = play(watched_shop(two_down + kOneInstanceDies));
    CHECK(failed_in(run, 70, 80) > 200);  // the dead one is called all the while
    CHECK(failed_in(run, 93, 120) == 0);  // 80 s, an election, and a whole session
    const sim::Recording scaled = play(watched_shop(
        R"({"kind": "crash", "target": "zk", "instances": 2, "at": "20s", "lasts": "60s"})",
        R"("replicas": 2, "autoscaler": {"kind": "scheduled",
                     "actions": [{"at": "40s", "replicas": 3}]})"));
    CHECK(measure(scaled, "zk", "refused") > 10);
    CHECK(measure(scaled, "zk", "registrations") == 1);
    CHECK(failed_in(scaled, 0, 120) == 0);
}

TEST_CASE("a server that is cut off from the others is no quorum") {
    const sim::Recording run = play(
        watched_shop(R"({"kind": "partition", "target": "zk[0]", "at": "40s", "lasts": "20s"})"));
    // And once more when it is back: it has stood in later terms, and there are no pre-votes.
    CHECK(measure(run, "zk", "elections") >= 1);
    CHECK(measure(run, "zk", "expired_sessions") == 0);
    CHECK(failed_in(run, 0, 120) == 0);
}
