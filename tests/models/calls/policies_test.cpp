// What is special about each call policy, by closed forms and small examples.
#include <fmt/format.h>

#include "models/calls/breaker.h"
#include "models/calls/retry_budget.h"
#include "tests/support/play.h"

using support::measure;

namespace {

using models::Breaker;
using namespace std::chrono_literals;

// Users call a shop of two instances, evenly spaced, and the shop calls a service.
std::string guarded_shop(const std::string& policies, const std::string& steps,
                         const std::string& rest = "") {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "50/s", "arrivals": "constant", "calls": "shop"}},
        "shop": {{"kind": "server", "replicas": 2, "cores": 4, "threads": 10000,
            "memory_per_request": "0B",
            "endpoints": {{"get": [{{"call": "back", "latency": "1ms", "policies": [{}]}}]}}}},
        "back": {{"kind": "server", "cores": 64, "threads": 10000, "memory_per_request": "0B",
            "endpoints": {{"get": [{}]}}}}}}{}}})",
                       policies, steps, rest);
}

constexpr const char* kCrash =
    R"(, "failures": [{"kind": "crash", "target": "back", "at": "20s", "lasts": "10s"}])";

models::BreakerSettings small() {
    models::BreakerSettings settings;
    settings.slow_call_duration_threshold = 1s;
    settings.window_size = 4;
    settings.minimum_calls = 4;
    settings.permitted_in_half_open = 2;
    settings.wait_in_open = 10s;
    return settings;
}

void open(Breaker& breaker, sim::Time now) {
    for (int call = 0; call < 4; ++call) {
        REQUIRE(breaker.try_acquire(now));
        breaker.record(now, 1ms, true);
    }
    REQUIRE(breaker.state() == Breaker::State::open);
}

}  // namespace

TEST_CASE("a breaker that turns half open by itself does so after its wait") {
    models::BreakerSettings settings = small();
    settings.opens_half_by_itself = true;
    Breaker breaker(settings);
    CHECK_FALSE(breaker.next_change());
    open(breaker, sim::Time(5s));
    CHECK(breaker.next_change() == sim::Time(15s));
    breaker.tick(sim::Time(15s));
    CHECK(breaker.state() == Breaker::State::half_open);
}

TEST_CASE("a breaker that waits in half open for results that do not come opens again") {
    models::BreakerSettings settings = small();
    settings.max_wait_in_half_open = 3s;
    Breaker breaker(settings);
    open(breaker, sim::Time(0s));
    CHECK(breaker.try_acquire(sim::Time(11s)));
    CHECK(breaker.next_change() == sim::Time(14s));
    breaker.tick(sim::Time(14s));
    CHECK(breaker.state() == Breaker::State::open);
    CHECK_FALSE(breaker.try_acquire(sim::Time(24s)));
    CHECK(breaker.try_acquire(sim::Time(25s)));
}

TEST_CASE("a breaker for each instance of the caller: each learns by itself") {
    const auto opened = [](const std::string& scope) {
        const auto run = support::play(
            guarded_shop(R"({"kind": "circuit_breaker", "sliding_window_size": 10, "scope": ")" +
                             scope + R"("})",
                         R"({"work": "1ms"})", kCrash));
        return measure(run, "shop", "breaker_opened");
    };
    CHECK(opened("node") == 1);
    CHECK(opened("caller_instance") == 2);
}

TEST_CASE("a retry that would come after the deadline is not made") {
    const auto run = support::play(guarded_shop(R"({"kind": "deadline", "limit": "250ms"},
                {"kind": "retry", "max_attempts": 10, "backoff": {"wait_duration": "100ms"}})",
                                                R"({"fail": 1})"));
    // At 102 ms and 204 ms; the third would be at 306 ms.
    CHECK(support::node(run, "back").totals.offered ==
          doctest::Approx(3.0 * static_cast<double>(support::node(run, "clients").totals.offered))
              .epsilon(0.01));
    CHECK(support::node(run, "clients").latency.succeeded.max() < 251ms);
}

TEST_CASE("the token bucket is refilled by successes") {
    models::TokenBucketBudget budget({.capacity = 10, .retry_cost = 5, .refund = 1});
    CHECK(budget.take({}));
    CHECK(budget.take({}));
    CHECK_FALSE(budget.take({}));
    for (int success = 0; success < 4; ++success) budget.ended(true);
    CHECK_FALSE(budget.take({}));
    budget.ended(true);
    CHECK(budget.take({}));
}

TEST_CASE("the ratio budget forgets requests older than its ttl") {
    models::RatioBudget budget({.retry_ratio = {0.5}, .min_retries_per_second = 0, .ttl = 10s});
    for (int request = 0; request < 4; ++request) budget.sent(sim::Time(1s));
    CHECK(budget.take(sim::Time(2s)));
    CHECK(budget.take(sim::Time(10s)));
    CHECK_FALSE(budget.take(sim::Time(10s)));
    for (int request = 0; request < 4; ++request) budget.sent(sim::Time(15s));
    // The one at 2 s is forgotten, that at 10 s is not; nor are the four at 15 s.
    CHECK(budget.take(sim::Time(15s)));
    CHECK_FALSE(budget.take(sim::Time(15s)));
}

TEST_CASE("a timeout that propagates reaches the callee behind a network, too") {
    const auto busy = [](const std::string& propagates, const std::string& cancelled) {
        const auto run =
            support::play(guarded_shop(R"({"kind": "timeout", "limit": "11ms", "propagates": )" +
                                           propagates + "}",
                                       R"({"work": "100ms"})"),
                          1, {"nodes.back.cancelled=" + cancelled});
        return *support::node(run, "back").utilisation;
    };
    // 50/s times 100 ms of 64 cores; or the 10 ms until the caller stops.
    CHECK(busy("false", "stops") == doctest::Approx(5.0 / 64).epsilon(0.01));
    CHECK(busy("true", "stops") == doctest::Approx(0.5 / 64).epsilon(0.01));
    CHECK(busy("true", "finishes") == doctest::Approx(5.0 / 64).epsilon(0.01));
    CHECK(busy("true", "leaves_queue") == doctest::Approx(5.0 / 64).epsilon(0.01));
}

// One thread, 100 ms of work each, 20 requests a second that are cancelled after 150 ms. Whoever
// has the next turn has waited for 100 ms, so that he is cancelled at work: nobody is answered.
TEST_CASE("what a cancel reaches at an overloaded server") {
    const auto web = [](const std::string& cancelled, const std::string& door) {
        const auto run = support::play(
            R"({"run": {"warm_up": "10s", "measure": "60s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "20/s", "arrivals": "constant", "calls": "web",
                        "policies": [{"kind": "timeout", "limit": "150ms", "propagates": true}]},
            "web": {"kind": "server", "threads": 1, "accept_queue": 100000, "cancelled": ")" +
            cancelled + R"(", "admission": )" + door + R"(,
                    "endpoints": {"get": [{"work": "100ms"}]}}}})");
        CHECK(support::node(run, "clients").totals.of(sim::Outcome::succeeded) == 0);
        CHECK(*support::node(run, "web").utilisation == doctest::Approx(1).epsilon(0.001));
        return support::node(run, "web").totals;
    };
    for (const char* const door :
         {"[]", R"([{"kind": "bulkhead", "max_concurrent_calls": 9999}])"}) {
        // Each is at work for 50 ms, until it is cancelled.
        const sim::Totals stops = web("stops", door);
        CHECK(stops.of(sim::Outcome::timed_out) == doctest::Approx(20 * 60).epsilon(0.005));
        CHECK(stops.in_flight <= 3);
        // The core is worked on in vain for 100 ms each; who waits for 150 ms goes.
        const sim::Totals leaves = web("leaves_queue", door);
        CHECK(leaves.of(sim::Outcome::succeeded) == doctest::Approx(10 * 60).epsilon(0.005));
        CHECK(leaves.of(sim::Outcome::timed_out) == doctest::Approx(10 * 60).epsilon(0.005));
        CHECK(leaves.in_flight <= 4);
        // Nobody goes: of 70 s of requests half wait at the end, those who came last.
        const sim::Totals finishes = web("finishes", door);
        CHECK(finishes.in_flight == doctest::Approx(10 * 70).epsilon(0.01));
    }
}

TEST_CASE("the loser of a hedged call stops working, unless it is let be") {
    const auto cancelled = [](const std::string& cancels, const std::string& then) {
        const auto run = support::play(
            guarded_shop(R"({"kind": "hedge", "delay": "10ms", "cancels_losers": )" + cancels + "}",
                         R"({"work": "50ms"})"),
            1, {"nodes.back.cancelled=" + then});
        const auto& back = support::node(run, "back").totals;
        CHECK(back.offered == doctest::Approx(6000).epsilon(0.01));
        return back.of(sim::Outcome::timed_out);
    };
    CHECK(cancelled("true", "stops") == doctest::Approx(3000).epsilon(0.01));
    CHECK(cancelled("true", "leaves_queue") == 0);
    CHECK(cancelled("false", "stops") == 0);
}

TEST_CASE("hedging after the 95th percentile costs 5 % more calls") {
    const auto run =
        support::play(guarded_shop(R"({"kind": "hedge", "delay": "1s", "percentile": 95})",
                                   R"({"wait": {"kind": "exponential", "mean": "20ms"}})", ""),
                      1, {"nodes.clients.rate=500/s"});
    // 30,000 calls; the quantile is of the last 1000, so it errs by 14 % of 5 %, but anew every
    // hundred calls: three sigma of the whole are 0.4 %.
    const double share = measure(run, "shop", "hedges") / 30'000;
    CHECK(share == doctest::Approx(0.05).epsilon(0.1));
}

TEST_CASE("callers that give up leave their calls in the pool's queue") {
    const auto run = support::play(guarded_shop(R"({"kind": "timeout", "limit": "50ms"},
                {"kind": "thread_pool_bulkhead", "max_thread_pool_size": 1, "queue_capacity": 9})",
                                                R"({"wait": "98ms"})"));
    // One thread, 100 ms a call with the network: 10/s of 50/s are made, for nobody.
    CHECK(support::node(run, "back").totals.offered == doctest::Approx(600).epsilon(0.02));
    CHECK(support::node(run, "clients").totals.of(sim::Outcome::succeeded) == 0);
}

TEST_CASE("a cached answer is kept for no more items than there is room for") {
    // Users ask for 1000 items; of the last good answers only 10 are kept.
    const auto run = support::play(
        guarded_shop(R"({"kind": "fallback", "levels": [{"cached": {"max_items": 10}}]})",
                     R"({"work": "1ms"})", kCrash),
        1, {R"(nodes.clients.population.keys={"kind": "uniform", "count": 1000})"});
    const double cached = measure(run, "shop", "fallback_cached");
    // 500 requests, each with a chance of 1 %; three sigma are 7.
    CHECK(cached < 12);
    CHECK(measure(run, "shop", "fallbacks_failed") + cached == measure(run, "shop", "fallbacks"));
}

TEST_CASE("a second level is asked only when the first has no answer") {
    const auto run = support::play(guarded_shop(
        R"({"kind": "fallback", "levels": [{"cached": {"max_age": "2s"}}, {"value": "made_up"}]})",
        R"({"work": "1ms"})", kCrash));
    // The last good answer is good for 2 of the 10 s.
    CHECK(measure(run, "shop", "fallback_cached") == doctest::Approx(100).epsilon(0.02));
    CHECK(measure(run, "shop", "fallback_made_up") == doctest::Approx(400).epsilon(0.02));
    CHECK(measure(run, "clients", "stale") == measure(run, "shop", "fallback_cached"));
}
