// The balancer's own queue, against the theory of one line for many servers.
#include <doctest/doctest.h>

#include "tests/support/play.h"

namespace {

using sim::Outcome;

std::string farm(const std::string& rate, const std::string& queue, const std::string& more = "") {
    return R"({"run": {"warm_up": "10s", "measure": "200s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": ")" +
           rate + R"(", "calls": "front"},
        "front": {"kind": "pool", "of": "app", "balancer": {"kind": "random"}, "queue": )" +
           queue + more + R"(},
        "app": {"kind": "server", "replicas": 8, "cores": 1, "scheduling": "fcfs",
                "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "10ms"}}]}}}})";
}

}  // namespace

TEST_CASE("one line for all makes eight servers an M/M/8 station, whatever the policy") {
    // Erlang C for 8 servers at 70 %: 0.27060, so W = 10 ms + 0.27060 * 10 ms / (8 - 5.6) = 11.1275
    // ms.
    const auto run = support::play(farm("560/s", R"({"maxconn": 1, "timeout": "1h"})"));
    // 112,000 requests whose waits depend on each other: 3.5 % are four standard errors.
    CHECK(support::node(run, "clients").latency.succeeded.mean_seconds() ==
          doctest::Approx(0.0111275).epsilon(0.035));
}

TEST_CASE("a line at each target is eight M/M/1 queues, as without any") {
    const std::string with = farm("400/s", R"({"maxconn": 1, "timeout": "1h", "at": "target"})");
    const std::string without = farm("400/s", "null");
    const auto run_with = support::play(with);
    const auto run_without = support::play(without);
    const sim::NodeRecord& there = support::node(run_with, "clients");
    const sim::NodeRecord& here = support::node(run_without, "clients");
    CHECK(there.latency.succeeded.mean_seconds() ==
          doctest::Approx(here.latency.succeeded.mean_seconds()).epsilon(1e-6));
    // 10 ms / (1 - 0.5); 80,000 correlated requests, 3 % is four standard errors.
    CHECK(here.latency.succeeded.mean_seconds() == doctest::Approx(0.020).epsilon(0.03));
}

TEST_CASE("a bounded line is an M/M/c/K station: what is over is rejected") {
    // M/M/8/16 at an offered load of 9.6: P(16) from the birth-death chain.
    double state = 1;
    double sum = 1;
    for (int n = 1; n <= 16; ++n) {
        state *= 9.6 / std::min(n, 8);
        sum += state;
    }
    const auto run =
        support::play(farm("960/s", R"({"maxconn": 1, "maxqueue": 8, "timeout": "1h"})"));
    const sim::Totals& totals = support::node(run, "clients").totals;
    const double rejected =
        static_cast<double>(totals.of(Outcome::rejected)) / static_cast<double>(totals.finished());
    // 192,000 requests; 3 % of a fifth is four standard errors of dependent ones.
    CHECK(rejected == doctest::Approx(state / sum).epsilon(0.03));
}

TEST_CASE(
    "in overload who waits longer than the timeout is rejected, and all others have waited less") {
    const auto run = support::play(farm("960/s", R"({"maxconn": 1, "timeout": "200ms"})"));
    const sim::NodeRecord& clients = support::node(run, "clients");
    const double served = static_cast<double>(clients.totals.of(Outcome::succeeded)) / 200;
    CHECK(served == doctest::Approx(800).epsilon(0.01));  // never idle
    CHECK(clients.causes[static_cast<std::size_t>(models::cause::shed)] ==
          clients.totals.of(Outcome::rejected));
    CHECK(sim::seconds(clients.latency.succeeded.percentile(50)) < 0.212);
}

TEST_CASE("who is cancelled leaves the line, or gives its place back") {
    for (const char* const at : {"pool", "target"}) {
        const auto run = support::play(
            farm("960/s", R"({"maxconn": 1, "timeout": "1h", "at": ")" + std::string(at) + "\"}"),
            1,
            {R"(nodes.clients.policies=[{"kind": "timeout", "limit": "200ms", "propagates": true}])",
             "nodes.app.cancelled=stops"});
        const sim::Totals& totals = support::node(run, "clients").totals;
        CHECK(static_cast<double>(totals.of(Outcome::succeeded)) / 200 > 700);  // of 800 at most
        CHECK(totals.of(Outcome::succeeded) + totals.of(Outcome::timed_out) == totals.finished());
    }
}

TEST_CASE("targets that are out do not count") {
    const auto run =
        support::play(farm("300/s", R"({"maxconn": 1, "timeout": "1h"})",
                           R"(, "health_check": {"interval": "1s", "unhealthy_threshold": 1})"),
                      1, {R"(failures=[{"kind": "crash", "target": "app", "instances": 4,
                                        "at": "2s", "lasts": "1h"}])"});
    // M/M/4 at 75 %: Erlang C is 0.50943, W = 10 ms + 0.50943 * 10 ms / (4 - 3) = 15.094 ms;
    // 8 % are four standard errors of 60,000 waits that depend on each other.
    CHECK(support::node(run, "clients").latency.succeeded.mean_seconds() ==
          doctest::Approx(0.015094).epsilon(0.08));
}
