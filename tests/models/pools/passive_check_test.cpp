// nginx's max_fails and fail_timeout, step by step.
#include <doctest/doctest.h>

#include "models/pools/passive_check.h"
#include "tests/support/play.h"
#include "tests/support/pool_bench.h"

using namespace std::chrono_literals;
using support::PoolBench;

namespace {

struct Nginx {
    explicit Nginx(std::uint32_t max_fails, std::size_t targets = 2)
        : bench(targets), check({max_fails, 10s}, bench.context, bench.targets) {}

    void at(sim::Duration time) { bench.play_until(time); }
    void request(bool fails) {
        check.placed(0);
        check.answered(0, fails);
    }
    bool is_left_out() { return bench.serving().starts_with("1"); }

    PoolBench bench;
    models::PassiveCheck check;
};

}  // namespace

TEST_CASE("max_fails = 1: one failure takes a target out until more than fail_timeout has passed") {
    Nginx nginx(1);
    nginx.at(20s + 300ms);
    nginx.request(true);
    CHECK(nginx.is_left_out());
    nginx.at(30s + 999ms);  // 10 whole seconds are not more than 10
    CHECK(nginx.is_left_out());
    nginx.at(31s);
    CHECK(!nginx.is_left_out());
}

TEST_CASE("then one request may try it, and nobody else until that has succeeded") {
    Nginx nginx(1);
    nginx.at(20s);
    nginx.request(true);
    nginx.at(31s);
    nginx.check.placed(0);
    CHECK(nginx.is_left_out());
    nginx.at(32s);
    nginx.check.answered(0, false);
    CHECK(!nginx.is_left_out());
    nginx.request(true);  // and it counts from the beginning
    CHECK(nginx.is_left_out());
}

TEST_CASE("a try that fails costs another fail_timeout") {
    Nginx nginx(3);
    nginx.at(20s);
    for (int i = 0; i < 3; ++i) nginx.request(true);
    CHECK(nginx.is_left_out());
    nginx.at(31s);
    nginx.request(true);
    CHECK(nginx.is_left_out());
    nginx.at(41s + 999ms);
    CHECK(nginx.is_left_out());
    nginx.at(42s);
    CHECK(!nginx.is_left_out());
}

TEST_CASE("failures are forgotten by a success after their window, not by one within it") {
    Nginx within(2);
    within.at(20s);
    within.request(true);
    within.request(false);
    within.request(true);
    CHECK(within.is_left_out());

    Nginx after(2);
    after.at(20s);
    after.request(true);
    after.at(31s);
    after.request(false);
    after.request(true);
    CHECK(!after.is_left_out());
}

TEST_CASE("a lone target is never left out") {
    Nginx nginx(1, 1);
    nginx.at(20s);
    nginx.request(true);
    CHECK(nginx.bench.serving() == "0");
}

TEST_CASE("a dead target costs one request every eleven seconds") {
    const auto run = support::play(R"({"run": {"warm_up": "1s", "measure": "110s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": "front"},
        "front": {"kind": "pool", "of": "app", "members": ["a", "b", "c"], "passive_check": {}},
        "app": {"kind": "server", "replicas": 2, "cores": 4, "endpoints": {"get": [{"work": "1ms"}]}}}})");
    // fail_timeout is 10 s, "more than 10 whole seconds" 11; the first failure was in the warm-up.
    CHECK(support::node(run, "front").totals.of(sim::Outcome::failed) == 10);
}
