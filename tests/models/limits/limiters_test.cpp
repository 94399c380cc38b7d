// What a server does at its door and with its line: limiters for each instance or for all, and
// rules for those that wait.
#include <doctest/doctest.h>

#include "models/limits/limiters.h"
#include "models/shedding/shedders.h"
#include "tests/support/play.h"

namespace {

std::uint64_t succeeded(const sim::Recording& run, const std::string& node = "clients") {
    return support::node(run, node).totals.of(sim::Outcome::succeeded);
}
std::uint64_t ended_by(const sim::Recording& run, sim::Cause cause,
                       const std::string& node = "clients") {
    return support::node(run, node).causes[static_cast<std::size_t>(cause)];
}

// Ten allowed a second, and a hundred at once.
std::string gateways(const std::string& more = "") {
    return R"({"run": {"measure": "2s"}, "nodes": {
        "clients": {"kind": "open_loop", "calls": "gateway",
                    "arrivals": {"kind": "bursts", "size": 100, "at": "1s", "every": "0s"}},
        "gateway": {"kind": "server", "replicas": 4,
                    "admission": [{"kind": "rate_limiter", "limiter": {"kind": "token_bucket", "limit": 10}}],
                    "endpoints": {"go": [{"work": "1ms"}]}},
        "redis": {"kind": "database", "service_time": "0.1ms"}})" +
           more + "}";
}
// Nobody else asks the store: a node that nobody calls is no part of the system.
const std::string kStore =
    R"(nodes.gateway.admission.0.store={"calls": "redis", "latency": "1ms"})";

// A thread, and as many as are given that come at once.
std::string line(const std::string& rules, int at_once) {
    return R"({"run": {"measure": "10s"}, "nodes": {
        "clients": {"kind": "open_loop", "calls": "web",
                    "arrivals": {"kind": "bursts", "size": )" +
           std::to_string(at_once) + R"(, "at": "1s", "every": "0s"}},
        "web": {"kind": "server", "threads": 1, "accept_queue": 10, "shedding": )" +
           rules + R"(, "endpoints": {"go": [{"work": "10ms"}]}}}})";
}

}  // namespace

TEST_CASE("each instance counts on its own, unless they count as one node or share a store") {
    const std::string other = R"(nodes.other={"kind": "open_loop", "rate": "1/s",
                                               "calls": "redis"})";
    CHECK(succeeded(support::play(gateways(), 1, {other})) == 4 * 10);
    CHECK(succeeded(
              support::play(gateways(), 1, {other, "nodes.gateway.admission.0.scope=node"})) == 10);
    const auto shared = support::play(gateways(), 1, {kStore});
    CHECK(succeeded(shared) == 10);
    CHECK(ended_by(shared, models::cause::rate_limited) == 90);
    CHECK(support::node(shared, "redis").totals.offered == 100);
}

TEST_CASE("when the store is down a limiter is open or closed") {
    const std::string down =
        R"(, "failures": [{"kind": "crash", "target": "redis", "at": "0s", "lasts": "1h"}])";
    const auto open = support::play(gateways(down), 1, {kStore});
    CHECK(succeeded(open) == 100);
    const auto closed = support::play(
        gateways(down), 1, {kStore, "nodes.gateway.admission.0.store.on_failure=closed"});
    CHECK(succeeded(closed) == 0);
    CHECK(ended_by(closed, models::cause::unavailable) == 100);
}

TEST_CASE("a store that is too slow is as good as down") {
    const auto run =
        support::play(gateways(), 1, {kStore, "nodes.gateway.admission.0.store.latency=200ms"});
    CHECK(succeeded(run) == 100);
    // 100 ms until the gateway gives up, and 100 requests of 1 ms on four gateways of one core.
    CHECK(support::node(run, "clients").latency.succeeded.max() < std::chrono::milliseconds(127));
}

TEST_CASE("what was turned away at the door is written down once, and never waited") {
    const auto run = support::play(gateways(), 1, {kStore});
    const sim::NodeRecord& gateway = support::node(run, "gateway");
    CHECK(gateway.totals.offered == 100);
    CHECK(gateway.totals.finished() == 100);
    CHECK(gateway.totals.of(sim::Outcome::rejected) == 90);
    CHECK(gateway.totals.of(sim::Outcome::succeeded) == 10);
}

TEST_CASE("an instance that dies takes those inside with it, and refuses at the door") {
    const auto run = support::play(
        gateways(R"(, "failures": [{"kind": "crash", "target": "gateway", "at": "1002.5ms",
                                    "lasts": "1h"}])"),
        1, {kStore});
    // One millisecond to the store and one back; then those that were let in share their cores.
    CHECK(ended_by(run, models::cause::reset) > 0);
    CHECK(support::node(run, "gateway").totals.in_flight == 0);
}

TEST_CASE("a line: first come, first served, or the newest first") {
    const auto first = support::play(line("[]", 11));
    const auto newest =
        support::play(line(R"([{"kind": "adaptive_lifo", "switch_threshold": 0}])", 11));
    CHECK(succeeded(first) == 11);
    CHECK(succeeded(newest) == 11);
    CHECK(support::node(newest, "clients").latency.succeeded.max() ==
          support::node(first, "clients").latency.succeeded.max());
}

TEST_CASE("a line with a deadline sends away those whose turn does not come in time") {
    const auto run = support::play(line(R"([{"kind": "queue_deadline", "limit": "45ms"}])", 11));
    CHECK(succeeded(run) == 5);  // at 0, 10, 20, 30 and 40 ms
    CHECK(ended_by(run, models::cause::shed) == 6);
    CHECK(support::node(run, "clients").latency.succeeded.max() <= std::chrono::milliseconds(51));
}

// Erlang A at twice the capacity: the line is never empty, so half of those who come leave it
// unserved, and they leave at a rate of q / 200 ms when q are waiting: q = 100/s * 200 ms = 20 on
// average. By Little's law everybody waits 20 / (200/s) = 100 ms on average, and half of them have
// 10 ms of service: 105 ms. 500 times the patience: 1.3 % of standard error.
TEST_CASE("patience may be random, and is drawn for each request") {
    const auto run = support::play(R"({"run": {"warm_up": "10s", "measure": "100s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": "web"},
        "web": {"kind": "server", "threads": 1, "accept_queue": 1000,
                "shedding": [{"kind": "queue_deadline",
                              "limit": {"kind": "exponential", "mean": "200ms"}}],
                "endpoints": {"go": [{"work": "10ms"}]}}}})");
    CHECK(static_cast<double>(succeeded(run)) == doctest::Approx(10'000).epsilon(0.01));
    CHECK(support::node(run, "clients").latency.succeeded.mean_seconds() ==
          doctest::Approx(0.105).epsilon(0.05));
}

TEST_CASE("in a full line the important take the place of others") {
    const std::string text = R"({"run": {"measure": "10s"}, "nodes": {
        "others": {"kind": "open_loop", "calls": "web",
                   "arrivals": {"kind": "bursts", "size": 20, "at": "1s", "every": "0s"}},
        "paying": {"kind": "open_loop", "calls": [{"to": "web", "priority": 1}],
                   "arrivals": {"kind": "bursts", "size": 4, "at": "1001ms", "every": "0s"}},
        "web": {"kind": "server", "threads": 1, "accept_queue": 10, "shedding": ["priority"],
                "endpoints": {"go": [{"work": "10ms"}]}}}})";
    const auto run = support::play(text);
    CHECK(succeeded(run, "paying") == 4);
    // Right after the one at work.
    CHECK(support::node(run, "paying").latency.succeeded.max() <= std::chrono::milliseconds(50));
    CHECK(succeeded(run, "others") == 7);  // one at work, ten in line, four sent away
    CHECK(ended_by(run, models::cause::queue_full, "others") == 9);
    CHECK(ended_by(run, models::cause::shed, "others") == 4);
    const auto without = support::play(text, 1, {"nodes.web.shedding=[]"});
    CHECK(ended_by(without, models::cause::queue_full, "paying") == 4);
}

TEST_CASE("whatever the rules, every request leaves, and the same users ask for the same") {
    std::vector<std::string> variants;
    for (const auto& choice : models::Shedders::each()) {
        variants.push_back("nodes.web.shedding=[\"" + std::string(choice.kind()) + "\"]");
    }
    for (const auto& choice : models::Limiters::each()) {
        variants.push_back(R"(nodes.web.admission=[{"kind": "rate_limiter", "limiter": ")" +
                           std::string(choice.kind()) + "\"}]");
    }
    for (const std::string limit : {"fixed", "aimd", "gradient2", "vegas"}) {
        variants.push_back(R"(nodes.web.admission=[{"kind": "concurrency_limit", "limit": ")" +
                           limit + "\"}]");
    }
    const std::string text = R"({"run": {"warm_up": "1s", "measure": "20s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "400/s", "calls": "web",
                    "stages": [{"target": "400/s", "duration": "15s"},
                               {"target": "0/s", "duration": "0s"}],
                    "policies": [{"kind": "timeout", "limit": "300ms", "propagates": true}]},
        "web": {"kind": "server", "replicas": 2, "threads": 4, "accept_queue": 20,
                "endpoints": {"go": [{"work": {"kind": "exponential", "mean": "10ms"}}]}}},
        "failures": [{"kind": "crash", "target": "web", "at": "5s", "lasts": "1s"}]})";
    const auto plain = support::play(text, 5);
    for (const std::string& variant : variants) {
        const auto run = support::play(text, 5, {variant});
        for (const sim::NodeRecord& node : run.nodes) {
            std::uint64_t causes = 0;
            for (const std::uint64_t count : node.causes) causes += count;
            CHECK_MESSAGE(node.totals.in_flight == 0, variant, " at ", node.name);
            CHECK_MESSAGE(causes == node.totals.offered, variant, " at ", node.name);
        }
        CHECK_MESSAGE(support::node(run, "clients").totals.offered ==
                          support::node(plain, "clients").totals.offered,
                      variant);
        CHECK_MESSAGE(run.fingerprint.value() != 0, variant);
    }
}
