// Which status a proxy answers with: each cell of the table in models/pools/README.md, played.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>

#include "metrics/names.h"
#include "models/calls/proxy_status.h"
#include "models/causes.h"
#include "tests/support/play.h"

using models::Proxy;
using models::ProxyFailure;
using support::node;
using support::play;

namespace {

struct Played {
    ProxyFailure failure;
    std::string pool;      // what is said of the pool
    std::string app;       // of its target
    std::string failures;  // of the scenario
    std::string nodes{};   // that are there, too
};

const std::array<Played, 6>& all_played() {
    static const std::array<Played, 6> all = {{
        {ProxyFailure::refused, "", R"("cores": 4, "endpoints": {"get": []})",
         R"({"kind": "crash", "target": "app", "at": "0s", "lasts": "1h"})"},
        // Every request is at work when it dies.
        {ProxyFailure::reset, "", R"("cores": 4, "endpoints": {"get": [{"wait": "1h"}]})",
         R"({"kind": "crash", "target": "app", "at": "8s", "lasts": "1us"})"},
        {ProxyFailure::timeout, R"(, "timeout": "10ms")",
         R"("cores": 4, "endpoints": {"get": [{"wait": "1s"}]})", ""},
        // Long gone from the targets when requests are counted.
        {ProxyFailure::no_target,
         R"(, "health_check": {"interval": "100ms", "unhealthy_threshold": 1})",
         R"("cores": 4, "endpoints": {"get": []})",
         R"({"kind": "crash", "target": "app", "at": "0s", "lasts": "1h"})"},
        {ProxyFailure::queue_full, R"(, "queue": {"maxconn": 1, "maxqueue": 1, "timeout": "1h"})",
         R"("cores": 4, "endpoints": {"get": [{"wait": "1h"}]})", ""},
        {ProxyFailure::queue_timeout, R"(, "queue": {"maxconn": 1, "timeout": "1s"})",
         R"("cores": 4, "endpoints": {"get": [{"wait": "1h"}]})", ""},
    }};
    return all;
}

// The status of the failures of the last of ten seconds; -1 when there are several.
int status_seen(const Played& played, const std::string& product) {
    const std::string text = fmt::format(
        R"({{"run": {{"warm_up": "5s", "measure": "5s"}}, "nodes": {{
            "users": {{"kind": "open_loop", "rate": "50/s", "calls": "front.get"}},
            "front": {{"kind": "pool", "of": "app" {} {}}},
            "app": {{"kind": "server", "threads": 100000, {}}} {}}}, "failures": [{}]}})",
        product.empty() ? "" : fmt::format(R"(, "answers_as": "{}")", product), played.pool,
        played.app, played.nodes, played.failures);
    const sim::Recording run = play(text);
    int seen = 0;
    for (std::size_t each = 1; each < sim::kMostCauses; ++each) {
        if (node(run, "users").causes[each] == 0) continue;
        if (seen != 0) return -1;
        seen = metrics::http_status(sim::Outcome::failed, models::kCauses[each]);
    }
    return seen;
}

}  // namespace

TEST_CASE("a proxy answers with the status of its product") {
    for (const auto& word : names_of(Proxy{})) {
        for (const Played& played : all_played()) {
            const int expected = status_of(word.value, played.failure);
            if (expected == 0) continue;
            CAPTURE(std::string(word.name));
            CAPTURE(static_cast<int>(played.failure));
            CHECK(status_seen(played, std::string(word.name)) == expected);
        }
    }
}

TEST_CASE("a balancer that is no product answers with the status of the cause") {
    constexpr std::array<int, 6> kExpected = {502, 502, 504, 503, 503, 503};
    for (std::size_t each = 0; each < kExpected.size(); ++each) {
        CAPTURE(each);
        CHECK(status_seen(all_played()[each], "") == kExpected[each]);
    }
}

TEST_CASE("when all tries have failed the status is that of the last") {
    Played played = all_played()[0];
    played.pool = R"(, "next_upstream": {}, "members": ["a", "b", "c"])";
    CHECK(status_seen(played, "nginx") == 502);
    CHECK(status_seen(played, "haproxy") == 503);
    CHECK(status_seen(played, "envoy") == 503);
}

TEST_CASE("what the target answers by itself goes through") {
    const Played played{ProxyFailure::refused, "",
                        R"("cores": 4, "endpoints": {"get": [{"fail": "100%"}]})", ""};
    for (const auto& word : names_of(Proxy{})) {
        CHECK(status_seen(played, std::string(word.name)) == 500);
    }
}

TEST_CASE("a target whose own database is down is there, and answers 500") {
    Played played{ProxyFailure::refused, "",
                  R"("cores": 4, "endpoints": {"get": [{"call": "db"}]})",
                  R"({"kind": "crash", "target": "db", "at": "0s", "lasts": "1h"})"};
    played.nodes = R"(, "db": {"kind": "database"})";
    for (const auto& word : names_of(Proxy{})) {
        CAPTURE(std::string(word.name));
        CHECK(status_seen(played, std::string(word.name)) == 500);
    }
}

TEST_CASE("the next target is not asked for what the first has answered itself") {
    const auto tries = [](const char* dies) {
        const sim::Recording run = play(fmt::format(
            R"({{"run": {{"measure": "10s"}}, "nodes": {{
                "users": {{"kind": "open_loop", "rate": "50/s", "calls": "front.get"}},
                "front": {{"kind": "pool", "of": "app", "next_upstream": {{}}}},
                "app": {{"kind": "server", "replicas": 3, "cores": 4,
                         "endpoints": {{"get": [{{"call": "db"}}]}}}},
                "db": {{"kind": "database"}}}},
                "failures": [{{"kind": "crash", "target": "{}", "at": "0s", "lasts": "1h"}}]}})",
            dies));
        return static_cast<double>(node(run, "app").totals.offered) /
               static_cast<double>(node(run, "front").totals.offered);
    };
    CHECK(tries("db") == doctest::Approx(1).epsilon(0.001));
    CHECK(tries("app") > 2.9);
}
