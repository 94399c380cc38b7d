// A balancer's own machine: capacity, failure, price; several of them; and old news of loads.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/play.h"

namespace {

using sim::Outcome;

std::string site(const std::string& rate, const std::string& pool) {
    return R"({"run": {"warm_up": "5s", "measure": "100s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": ")" +
           rate + R"(", "calls": "front"},
        "front": {"kind": "pool", "of": "app", )" +
           pool + R"(},
        "app": {"kind": "server", "replicas": 8, "cores": 8, "endpoints": {"get": [{"work": "1ms"}]}}}})";
}

}  // namespace

TEST_CASE("work at the balancer queues like any other: M/D/1 at 80 %") {
    const auto run = support::play(site("800/s", R"("machine": {"cores": 1, "work": "1ms"})"));
    // Pollaczek and Khinchin: 1 ms * 0.8 / (2 * 0.2) = 2 ms in line; 1 + 2 + 1 ms in all. 3 % are
    // three standard errors of 80,000 dependent waits.
    CHECK(support::node(run, "clients").latency.succeeded.mean_seconds() ==
          doctest::Approx(0.004).epsilon(0.08));
    CHECK(*support::node(run, "front").utilisation == doctest::Approx(0.8).epsilon(0.02));
}

TEST_CASE("a balancer that dies resets what it has and refuses what comes; its targets work on") {
    const auto run = support::play(site("500/s", R"("machine": {})"), 1,
                                   {R"(failures=[{"kind": "crash", "target": "front", "at": "55s",
                                        "lasts": "10s"}])"});
    const sim::NodeRecord& front = support::node(run, "front");
    CHECK(front.slices[60].succeeded == 0);
    CHECK(front.slices[66].succeeded == front.slices[66].finished);
    const auto failed = static_cast<double>(front.totals.of(Outcome::failed));
    CHECK(failed == doctest::Approx(5000).epsilon(0.06));  // four standard errors
    CHECK(support::node(run, "app").totals.of(Outcome::failed) == 0);
}

TEST_CASE(
    "what a balancer that dies has sent goes on, also when it waits no longer than a timeout") {
    const auto run = support::play(
        R"({"run": {"measure": "20s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "500/s", "calls": "front"},
            "front": {"kind": "pool", "of": "app", "timeout": "1s", "machine": {}},
            "app": {"kind": "server", "cores": 64, "endpoints": {"get": [{"work": "50ms"}]}}},
            "failures": [{"kind": "crash", "target": "front", "at": "10s", "lasts": "1h"}]})");
    const sim::NodeRecord& front = support::node(run, "front");
    CHECK(front.causes[static_cast<std::size_t>(models::cause::reset)] > 5);  // 25 on average
    const sim::Totals& app = support::node(run, "app").totals;
    CHECK(app.of(Outcome::succeeded) == app.offered);
}

TEST_CASE("no more than its connections") {
    const auto run = support::play(
        site("2000/s", R"("machine": {"cores": 1, "work": "1ms", "connections": 10})"));
    const sim::NodeRecord& front = support::node(run, "front");
    CHECK(front.totals.of(Outcome::rejected) > 90000);
    CHECK(sim::seconds(front.latency.succeeded.max()) < 0.02);
    // Nobody waits for one: they are full, and refuse.
    const auto connections =
        std::ranges::find(front.resources, "connections",
                          [](const sim::ResourceRecord& each) { return each.declared.name; });
    REQUIRE(connections != front.resources.end());
    const auto used = connections->slices.mean(0, connections->slices.size());
    CHECK(used.size == doctest::Approx(10));
    CHECK(used.in_use > 9);
    CHECK(used.refused >= static_cast<double>(front.totals.of(Outcome::rejected)));
}

TEST_CASE("two balancers each see half: turns of their own, and a failure of one costs half") {
    const auto run = support::play(
        site(
            "500/s",
            R"("replicas": 2, "machine": {"takeover": "10s"}, "balancer": {"kind": "round_robin"})"),
        1,
        {R"(failures=[{"kind": "crash", "target": "front", "instances": 1, "at": "55s", "lasts": "20s"}])"});
    const auto failed = static_cast<double>(support::node(run, "front").totals.of(Outcome::failed));
    CHECK(failed == doctest::Approx(2500).epsilon(0.08));  // half of ten seconds
}

TEST_CASE("a managed one costs by use, a machine by time") {
    const auto managed = support::play(site("1000/s", R"("price": "$0.36/h", "unit_rate": "50/s")"),
                                       1, {R"(prices={"date": "2026-11-23", "source": "a test",
                          "items": {"balancer_units": {"usd": 0.9}}})"});
    const auto& front = support::node(managed, "front");
    // $0.9 for 50 a second for an hour, 180,000.
    CHECK(front.cost_usd ==
          doctest::Approx(0.01 + static_cast<double>(front.totals.offered) * 5e-6));
    const auto own =
        support::play(site("10/s", R"("replicas": 2, "machine": {"price": "$0.36/h"})"));
    CHECK(support::node(own, "front").cost_usd == doctest::Approx(0.02));
}

TEST_CASE("without the clients' addresses all of them are one") {
    const auto balance = [](const std::string& forwards) {
        const auto run = support::play(
            R"({"run": {"measure": "20s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "500/s", "calls": "edge"},
            "edge": {"kind": "pool", "of": "front", "forward_address": )" +
            forwards + R"(},
            "front": {"kind": "pool", "of": "app", "machine": {}, "balancer": {"kind": "ip_hash"}},
            "app": {"kind": "server", "replicas": 4, "cores": 8, "endpoints": {"get": [{"work": "1ms"}]}}}})");
        std::uint64_t most = 0;
        for (const auto& machine : support::node(run, "front").machines) {
            most = std::max(most, machine.requests);
        }
        return static_cast<double>(most) /
               static_cast<double>(support::node(run, "front").totals.offered);
    };
    CHECK(balance("false") == 1);
    CHECK(balance("true") == doctest::Approx(0.25).epsilon(0.1));
}

TEST_CASE("old news of loads makes a herd: the older, the longer the lines") {
    const auto mean = [](const std::string& age) {
        const auto run = support::play(R"({"run": {"warm_up": "5s", "measure": "60s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "600/s", "calls": "front"},
            "front": {"kind": "pool", "of": "app", "balancer": {"kind": "least_connections"})" +
                                       age + R"(},
            "app": {"kind": "server", "replicas": 8, "cores": 1, "scheduling": "fcfs", "threads": 10000,
                    "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "10ms"}}]}}}})");
        return support::node(run, "clients").latency.succeeded.mean_seconds();
    };
    const double live = mean("");
    const double recent = mean(R"(, "signal_age": "20ms")");
    const double old = mean(R"(, "signal_age": "500ms")");
    CHECK(live < recent);
    CHECK(recent * 2 < old);
}
