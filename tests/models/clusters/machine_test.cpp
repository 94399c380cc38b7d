// Pods that share the cores of their machine, in whole runs.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

// Two servers on a machine of four cores; each request is 5 ms of work.
std::string share(const std::string& one, const std::string& other, const std::string& rates,
                  const std::string& more = "}") {
    return R"({"run": {"warm_up": "5s", "measure": "30s"}, "nodes": {
        "users": {"kind": "open_loop", "arrivals": "constant", "rate": )" +
           rates.substr(0, rates.find(',')) + R"(, "calls": "one.get"},
        "others": {"kind": "open_loop", "arrivals": "constant", "rate": )" +
           rates.substr(rates.find(',') + 1) + R"(, "calls": "other.get"},
        "one": {"kind": "server", "cores": 4, "cluster": "host", )" +
           one + R"("endpoints": {"get": [{"work": "5ms"}]}},
        "other": {"kind": "server", "cores": 4, "cluster": "host", )" +
           other + R"("endpoints": {"get": [{"work": "5ms"}]}},
        "host": {"kind": "cluster", "machines": [{"cpu": 4, "memory": "64GiB"}]})" +
           more + "}";
}

const std::string kHalf = R"("cpu_request": 0.5, )";

// In cores.
double worked(const sim::Recording& run, const std::string& server) {
    return 4 * node(run, server).utilisation.value();
}

}  // namespace

TEST_CASE("seven cores of demand on a machine of four: four cores are worked") {
    const auto run = support::play(share(kHalf, kHalf, R"("700/s","700/s")"));
    CHECK(worked(run, "one") + worked(run, "other") == doctest::Approx(4).epsilon(1e-4));
    CHECK(worked(run, "one") == doctest::Approx(2).epsilon(1e-3));
    CHECK(measure(run, "host", "contended") == doctest::Approx(1).epsilon(1e-3));
}

TEST_CASE("over-committed cores go by request: a small pod beside a large one gets its share") {
    const auto run = support::play(share(kHalf, R"("cpu_request": 1.5, )", R"("700/s","700/s")"));
    CHECK(worked(run, "one") == doctest::Approx(1).epsilon(1e-3));
    CHECK(worked(run, "other") == doctest::Approx(3).epsilon(1e-3));
}

TEST_CASE("a limit holds a noisy neighbour back, and the other has what it needs") {
    const auto run = support::play(
        share(kHalf, R"("cpu_request": 0.5, "cpu_limit": 1, )", R"("400/s","700/s")"));
    CHECK(worked(run, "other") == doctest::Approx(1).epsilon(0.06));  // slices of 5 ms
    CHECK(worked(run, "one") == doctest::Approx(2).epsilon(1e-3));
    CHECK(node(run, "users").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("time without a core is queueing, and work is service") {
    const auto spent = [](const sim::Recording& run, sim::Spent what) {
        return sim::seconds(node(run, "one").spent[static_cast<std::size_t>(what)]);
    };
    const std::string large = R"("cpu_request": 2.5, )";
    const auto run = support::play(share(kHalf, large, R"("120/s","900/s")"));
    const auto alone = support::play(share(kHalf, large, R"("120/s","1/s")"));
    // 120 requests/s of 5 ms for 30 s; beside a neighbour that wants all it can get, on 0.5 / 3 of
    // four cores, where each takes 7.5 ms.
    CHECK(spent(alone, sim::Spent::service) == doctest::Approx(18).epsilon(1e-3));
    CHECK(spent(alone, sim::Spent::queueing) == 0);
    CHECK(spent(run, sim::Spent::service) == doctest::Approx(18).epsilon(1e-3));
    CHECK(spent(run, sim::Spent::queueing) == doctest::Approx(9).epsilon(1e-3));
}

TEST_CASE("a neighbour that crashes leaves its cores to the others") {
    const std::string crash =
        R"(}, "failures": [{"kind": "crash", "target": "other", "at": "10s", "lasts": "60s"}])";
    const auto run = support::play(share(kHalf, kHalf, R"("700/s","700/s")", crash));
    // Two cores until 10 s, 3.5 from then on, of which it has 5 s and 25 s; the line that it had
    // by then is worked off as well.
    CHECK(worked(run, "one") == doctest::Approx((2 * 5 + 3.5 * 25) / 30).epsilon(0.02));
    CHECK(measure(run, "host", "contended") == doctest::Approx(5.0 / 30).epsilon(0.05));
}

TEST_CASE("pods of another machine change nothing") {
    const auto play = [](const std::string& rate) {
        return support::play(R"({"run": {"measure": "30s"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "500/s", "calls": "one.get"},
            "others": {"kind": "open_loop", "rate": )" +
                             rate +
                             R"(, "calls": "other.get"},
            "one": {"kind": "server", "cores": 4, "cluster": "hosts",
                    "endpoints": {"get": [{"work": "5ms"}]}},
            "other": {"kind": "server", "cores": 4, "cluster": "hosts",
                      "endpoints": {"get": [{"work": "5ms"}]}},
            "hosts": {"kind": "cluster", "machines": [{"count": 2}]}}})");
    };
    const auto quiet = play(R"("1/s")");
    const auto noisy = play(R"("2000/s")");
    CHECK(node(noisy, "other").utilisation.value() > 0.99);
    CHECK(node(noisy, "one").latency.succeeded.percentile(99) ==
          node(quiet, "one").latency.succeeded.percentile(99));
    CHECK(node(noisy, "one").utilisation == node(quiet, "one").utilisation);
}

// Without a cluster each has cores of its own, as before.
TEST_CASE("who is placed nowhere shares with nobody") {
    const std::string text = share("", "", R"("700/s","700/s")");
    std::string own = text;
    for (auto at = own.find(R"("cluster": "host", )"); at != std::string::npos;
         at = own.find(R"("cluster": "host", )")) {
        own.erase(at, std::string(R"("cluster": "host", )").size());
    }
    const auto run = support::play(own);
    CHECK(worked(run, "one") + worked(run, "other") == doctest::Approx(7).epsilon(1e-3));
}
