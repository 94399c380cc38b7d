// A CDN's locations: what they answer by themselves, what they fetch, and who is led to which.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "models/causes.h"
#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct EdgePlan {
    std::string rule = R"("ttl": "20s")";
    std::string cdn{};  // what else is said of it
    std::string clients = R"("rate": "200/s", "population": {"people": 100000,
        "keys": {"kind": "uniform", "count": 1000}})";
    std::string origin = R"({"kind": "server", "cores": 64, "threads": 10000,
        "endpoints": {"get": []}})";
    std::string warm_up = "60s";
    std::string measure = "300s";
    std::string more{};
};

std::string edge_system(const EdgePlan& plan) {
    return fmt::format(R"({{"run": {{"warm_up": "{}", "measure": "{}"}}, "nodes": {{
        "users": {{"kind": "open_loop", {}, "calls": "cdn.page"}},
        "cdn": {{"kind": "cdn", "calls": "origin", "behaviors": {{"page": {{{}}}}} {}}},
        "origin": {}}} {}}})",
                       plan.warm_up, plan.measure, plan.clients, plan.rule, plan.cdn, plan.origin,
                       plan.more);
}

double of_cdn(const sim::Recording& run, const std::string& name) {
    return measure(run, "cdn", name);
}

}  // namespace

// Renewals of each object: a miss, then hits for T; of 1 + lambda T requests one misses.
TEST_CASE("the hit ratio under a TTL is lambda T / (1 + lambda T)") {
    const double rate = 200.0 / 1000;
    for (const double ttl : {5.0, 20.0, 80.0}) {
        EdgePlan plan;
        plan.warm_up = "100s";
        plan.rule = fmt::format(R"("ttl": "{}s")", ttl);
        const sim::Recording run = play(edge_system(plan));
        const double expected = rate * ttl / (1 + rate * ttl);
        // 60,000 lookups: the standard error is below 0.002.
        CHECK(of_cdn(run, "hit_ratio") == doctest::Approx(expected).epsilon(0.01));
        // Each of the others is a request at the origin.
        CHECK(of_cdn(run, "origin_fetches") == of_cdn(run, "misses"));
        CHECK(static_cast<double>(node(run, "origin").totals.offered) ==
              doctest::Approx(of_cdn(run, "misses")).epsilon(0.001));
    }
}

// n locations see lambda / n each.
TEST_CASE("more locations dilute what each of them sees") {
    EdgePlan plan;
    plan.warm_up = "100s";
    for (const int locations : {1, 4, 16}) {
        plan.cdn = fmt::format(R"(, "locations": {})", locations);
        const double seen = 0.2 * 20 / locations;
        const sim::Recording run = play(edge_system(plan));
        // Users are spread by a hash: of 100,000 none has more than a few per cent more.
        CHECK(of_cdn(run, "hit_ratio") == doctest::Approx(seen / (1 + seen)).epsilon(0.02));
    }
}

// Che, Tung, Wang, "Hierarchical Web caching systems" (2002): an LRU of C objects keeps each for
// about t, where the sum of 1 - exp(-lambda_i t) is C.
TEST_CASE("a full location's hit ratio is Che's approximation") {
    constexpr int kObjects = 2000;
    constexpr int kRoom = 200;
    std::vector<double> rates;
    double sum = 0;
    for (int rank = 1; rank <= kObjects; ++rank) sum += 1 / std::pow(rank, 0.9);
    for (int rank = 1; rank <= kObjects; ++rank) rates.push_back(1 / std::pow(rank, 0.9) / sum);
    const auto filled = [&](double time) {
        double all = 0;
        for (const double rate : rates) all += 1 - std::exp(-rate * time);
        return all;
    };
    double low = 0;
    double high = 1e6;
    for (int step = 0; step < 100; ++step) {
        (filled((low + high) / 2) < kRoom ? low : high) = (low + high) / 2;
    }
    double expected = 0;
    for (const double rate : rates) expected += rate * (1 - std::exp(-rate * low));

    EdgePlan plan;
    plan.rule = R"("ttl": "24h", "size": "1kB")";
    plan.cdn = R"(, "capacity": "200kB", "eviction": "lru")";
    plan.clients = R"("rate": "500/s", "population": {"keys": {"kind": "zipf", "count": 2000,
        "exponent": 0.9}})";
    const sim::Recording run = play(edge_system(plan));
    // The approximation itself is good to a per cent for such sizes.
    CHECK(of_cdn(run, "hit_ratio") == doctest::Approx(expected).epsilon(0.015));
    CHECK(of_cdn(run, "stored_bytes") == 200000);
}

// A cycle is a fetch of D, the TTL, and 1 / lambda until the next request: during D come lambda D.
TEST_CASE("concurrent misses are one fetch, unless nobody collapses them") {
    EdgePlan plan;
    plan.rule = R"("ttl": "2s")";
    plan.clients = R"("rate": "50/s", "population": {"keys": "single"})";
    plan.origin = R"({"kind": "server", "cores": 64, "threads": 10000,
        "endpoints": {"get": [{"wait": "500ms"}]}})";
    const double cycles = 300 / (0.5 + 2 + 1.0 / 50);
    const sim::Recording collapsed = play(edge_system(plan));
    CHECK(of_cdn(collapsed, "origin_fetches") == doctest::Approx(cycles).epsilon(0.02));
    // 119 cycles of 25 and their root each: 0.02 is one standard error.
    CHECK(of_cdn(collapsed, "collapsed") == doctest::Approx(cycles * 25).epsilon(0.06));
    plan.cdn = R"(, "collapse": false)";
    const sim::Recording apart = play(edge_system(plan));
    // Each stores it anew, the last just before 2 D: 2 D + T from one first miss to the next.
    const double longer = 300 / (2 * 0.5 + 2);
    CHECK(of_cdn(apart, "origin_fetches") == doctest::Approx(longer * 26).epsilon(0.06));
    CHECK(of_cdn(apart, "collapsed") == 0);
}

TEST_CASE("nobody waits for what is revalidated in the background") {
    EdgePlan plan;
    plan.rule = R"("ttl": "2s", "stale_while_revalidate": "10s")";
    plan.clients = R"("rate": "50/s", "population": {"keys": "single"})";
    plan.origin = R"({"kind": "server", "cores": 64, "endpoints": {"get": [{"wait": "500ms"}]}})";
    const sim::Recording run = play(edge_system(plan));
    CHECK(of_cdn(run, "misses") == 0);
    // Each cycle as long as before; half a second of it by what is stale, and its first request.
    const double cycles = 300 / (0.5 + 2 + 1.0 / 50);
    CHECK(of_cdn(run, "origin_fetches") == doctest::Approx(cycles).epsilon(0.02));
    CHECK(of_cdn(run, "served_while_revalidating") == doctest::Approx(cycles * 26).epsilon(0.06));
}

TEST_CASE("an origin that fails is not seen for as long as what is stale may be served") {
    EdgePlan plan;
    plan.rule = R"("ttl": "2s", "stale_if_error": "60s")";
    plan.clients = R"("rate": "50/s", "population": {"keys": "single"})";
    plan.warm_up = "10s";
    plan.measure = "190s";
    plan.more = R"(, "failures": [{"kind": "crash", "target": "origin", "at": "50s",
        "lasts": "100s"}])";
    const sim::Recording run = play(edge_system(plan));
    // Fresh for 0 to 2 s at 50 s, then 60 s more: 38 to 40 s of failures, at 50/s.
    const auto failed = static_cast<double>(node(run, "users").totals.of(sim::Outcome::failed));
    CHECK(failed > 37.5 * 50 * 0.9);
    CHECK(failed < 40.5 * 50 * 1.1);
    CHECK(of_cdn(run, "served_if_error") == doctest::Approx(60 * 50).epsilon(0.08));
}

TEST_CASE("who has no valid signature is refused, and each check takes its core time") {
    EdgePlan plan;
    plan.rule = R"("ttl": "1h", "signed_urls": {"valid_for": "10min", "unsigned_requests": "5%",
        "age": {"kind": "exponential", "mean": "5min"}, "check_time": "1ms"})";
    plan.cdn = R"(, "cores": 1)";
    const sim::Recording run = play(edge_system(plan));
    const auto all = static_cast<double>(node(run, "cdn").totals.offered);
    // 5 % have none; of the others exp(-2) are too old. 60,000: the standard error is 0.0016.
    const double refused = 0.05 + 0.95 * std::exp(-2.0);
    CHECK(of_cdn(run, "forbidden") / all == doctest::Approx(refused).epsilon(0.03));
    CHECK(static_cast<double>(node(run, "users").totals.of(sim::Outcome::rejected)) ==
          of_cdn(run, "forbidden"));
    CHECK(static_cast<double>(
              node(run, "users").causes[static_cast<std::size_t>(models::cause::forbidden)]) ==
          of_cdn(run, "forbidden"));
    // 200/s of 1 ms at one core: M/D/1 at 0.2, which waits 0.125 ms.
    CHECK(node(run, "users").latency.succeeded.mean() > std::chrono::microseconds(1100));
}

TEST_CASE("an object takes less than 64 bytes") {
    EdgePlan plan;
    plan.cdn = R"(, "locations": 20, "preload": 20000, "object_size": "1kB")";
    plan.measure = "1s";
    plan.warm_up = "0s";
    const sim::Recording run = play(edge_system(plan));
    CHECK(of_cdn(run, "objects") > 399000);
    CHECK(of_cdn(run, "memory_per_object") < 64);
}

TEST_CASE("a user's own browser answers what he has seen already") {
    EdgePlan plan;
    // 100 people, 10 objects: each pair 0.2/s, for 20 s.
    plan.clients = R"("rate": "200/s", "population": {"people": 100,
        "keys": {"kind": "uniform", "count": 10}})";
    std::string text = edge_system(plan);
    text.replace(text.find("cdn.page"), 8, "own.page");
    text.replace(text.find(R"("cdn": {)"), 0,
                 R"("own": {"kind": "browser_cache", "calls": "cdn", "max_age": "20s"}, )");
    const sim::Recording run = play(text);
    CHECK(measure(run, "own", "hit_ratio") == doctest::Approx(4.0 / 5).epsilon(0.01));
    CHECK(static_cast<double>(node(run, "cdn").totals.offered) ==
          doctest::Approx(measure(run, "own", "misses")).epsilon(0.001));
}
