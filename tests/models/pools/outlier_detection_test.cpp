// Outlier detection as Envoy's own tests have it, and what follows from its formulas.
#include <doctest/doctest.h>

#include "models/pools/outlier_detection.h"
#include "tests/support/play.h"
#include "tests/support/pool_bench.h"

using namespace std::chrono_literals;
using models::ErrorClass;
using support::PoolBench;

namespace {

struct Envoy {
    explicit Envoy(models::OutlierDetectionSpec spec, std::size_t targets = 10)
        : bench(targets), detection(spec, bench.context, bench.targets) {
        detection.start();
    }
    void answers(models::BackendId id, std::uint32_t successes, std::uint32_t failures,
                 ErrorClass error_class = ErrorClass::http_500) {
        for (std::uint32_t i = 0; i < failures; ++i) detection.answered(id, error_class);
        for (std::uint32_t i = 0; i < successes; ++i) detection.answered(id, std::nullopt);
    }
    bool is_out(models::BackendId id) { return bench.targets.has(id, models::Reason::ejected); }

    PoolBench bench;
    models::OutlierDetection detection;
};

}  // namespace

TEST_CASE("five failures in a row eject, a success in between begins the count anew") {
    Envoy envoy({});
    envoy.answers(0, 1, 4);
    envoy.answers(0, 0, 4);
    CHECK(!envoy.is_out(0));
    envoy.answers(0, 0, 1);
    CHECK(envoy.is_out(0));
    CHECK(envoy.bench.serving() == "1 2 3 4 5 6 7 8 9");
}

TEST_CASE("the n-th ejection lasts n times as long, to the next sweep, up to the longest") {
    models::OutlierDetectionSpec spec;
    spec.interval = 1s;
    spec.max_ejection_time = 70s;
    Envoy envoy(spec);
    sim::Duration now = 500ms;
    for (const auto lasts : {30s, 60s, 70s, 70s}) {
        envoy.bench.play_until(now);
        envoy.answers(0, 0, 5);
        CHECK(envoy.is_out(0));
        envoy.bench.play_until(now + lasts);
        CHECK(envoy.is_out(0));
        envoy.bench.play_until(now + lasts + 700ms);  // sweeps are at whole seconds
        CHECK(!envoy.is_out(0));
        now += lasts + 1s;  // before the sweep that would make the next one shorter
    }
}

TEST_CASE("every sweep without an ejection takes one back from the count") {
    models::OutlierDetectionSpec spec;
    spec.interval = 1s;
    Envoy envoy(spec);
    envoy.bench.play_until(500ms);
    envoy.answers(0, 0, 5);
    envoy.bench.play_until(40s + 500ms);
    envoy.answers(0, 0, 5);
    envoy.bench.play_until(71s);
    CHECK(!envoy.is_out(0));
}

TEST_CASE("no more than the share that may be out") {
    models::OutlierDetectionSpec spec;
    spec.max_ejection_percent = {0.3};
    Envoy envoy(spec);
    for (models::BackendId id = 0; id < 10; ++id) envoy.answers(id, 0, 5);
    CHECK(envoy.bench.targets.serving() == 7);
    CHECK(envoy.detection.ejections() == 3);
}

TEST_CASE("the default share never ejects one of nine") {
    Envoy envoy({}, 9);
    envoy.answers(0, 0, 1000);
    CHECK(!envoy.is_out(0));
}

TEST_CASE("gateway failures have a detector of their own, which is off by default") {
    models::OutlierDetectionSpec spec;
    spec.consecutive_5xx = 1000;
    Envoy off(spec);
    off.answers(0, 0, 100, ErrorClass::error);
    CHECK(!off.is_out(0));
    spec.enforcing_consecutive_gateway_failure = {1};
    Envoy on(spec);
    on.answers(0, 0, 100, ErrorClass::http_500);
    CHECK(!on.is_out(0));
    on.answers(0, 0, 5, ErrorClass::error);
    CHECK(on.is_out(0));
}

TEST_CASE("what is the request's own fault ejects nobody") {
    Envoy envoy({});
    envoy.answers(0, 0, 100, ErrorClass::http_404);
    envoy.answers(1, 0, 100, ErrorClass::http_429);
    CHECK(envoy.bench.targets.serving() == 10);
}

TEST_CASE("a success rate far below the others ejects, when there are enough of them") {
    models::OutlierDetectionSpec spec;
    spec.consecutive_5xx = 100000;
    const auto out = [&](std::size_t others, std::uint32_t requests) {
        Envoy envoy(spec, 10);
        envoy.answers(0, requests / 2, requests / 2);
        for (models::BackendId id = 1; id <= others; ++id) envoy.answers(id, requests, 0);
        envoy.bench.play_until(10s);
        return envoy.is_out(0);
    };
    CHECK(out(9, 100));
    CHECK(!out(9, 98));   // a request volume of 100 is asked for
    CHECK(!out(3, 100));  // five targets are
}

TEST_CASE("a failure rate at the threshold ejects") {
    models::OutlierDetectionSpec spec;
    spec.consecutive_5xx = 100000;
    spec.enforcing_success_rate = {0};
    spec.enforcing_failure_percentage = {1};
    Envoy envoy(spec, 10);
    envoy.answers(0, 15, 85);
    envoy.answers(1, 16, 84);
    for (models::BackendId id = 2; id < 10; ++id) envoy.answers(id, 100, 0);
    envoy.bench.play_until(10s);
    CHECK(envoy.is_out(0));
    CHECK(!envoy.is_out(1));
}

TEST_CASE("in a system: a server that fails half of its requests gets next to none") {
    const auto run = support::play(R"({"run": {"measure": "2min"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "1000/s", "calls": "front"},
        "front": {"kind": "pool", "of": "app", "outlier_detection": {"max_ejection_percent": "50%"}},
        "app": {"kind": "server", "replicas": 5, "cores": 4, "endpoints": {"get": [{"work": "1ms"}]}}},
        "failures": [{"kind": "crash", "target": "app", "instances": 1, "at": "20s", "lasts": "1h"}]})");
    // Five in a row, then out for 30 s, 60 s, ... : it is tried three times in 100 s.
    CHECK(support::node(run, "front").totals.of(sim::Outcome::failed) <= 15);
    CHECK(support::node(run, "front").totals.of(sim::Outcome::failed) >= 10);
}
