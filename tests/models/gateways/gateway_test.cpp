// Routes by path, and who takes a request.
#include "models/gateways/gateway.h"

#include <doctest/doctest.h>

#include "models/path_pattern.h"
#include "tests/support/play.h"

TEST_CASE("a pattern fits paths segment by segment") {
    struct Case {
        const char* pattern;
        const char* path;
        bool fits;
    };
    for (const Case& each : {Case{"/api/users/**", "/api/users", true},
                             {"/api/users/**", "/api/users/7/orders", true},
                             {"/api/users/**", "/api/usersx", false},
                             {"/api/users/**", "/api", false},
                             {"/api/users/:id", "/api/users/7", true},
                             {"/api/users/{id}", "/api/users/7", true},
                             {"/api/users/*", "/api/users/7/orders", false},
                             {"/api/users/*", "/api/users", false},
                             {"/api/users/*", "/api/users/", false},
                             {"/*/users", "/api/users", true},
                             {"/**", "/", true},
                             {"/", "/", true},
                             {"/", "/a", false},
                             {"/a", "/a/", false},
                             {"**", "/whatever", true},
                             {"**", "name", false},
                             {"/a", "a", false}}) {
        CAPTURE(each.pattern);
        CAPTURE(each.path);
        CHECK(models::paths::fits(each.pattern, each.path) == each.fits);
    }
}

TEST_CASE("a prefix is stripped by segments, and a path stays a path") {
    using models::paths::without_prefix;
    CHECK(without_prefix("/api/users/7", 2) == "/7");
    CHECK(without_prefix("/api/users/7", 0) == "/api/users/7");
    CHECK(without_prefix("/api/users", 2) == "/");
    CHECK(without_prefix("/api", 5) == "/");
}

TEST_CASE("gateways take turns, and one that is known to be down is passed over") {
    const auto run = support::play(R"({"run": {"measure": "100s"}, "nodes": {
        "c": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "it./get"},
        "it": {"kind": "gateway", "replicas": 4, "takeover": "5s",
               "routes": [{"path": "/get", "to": "web"}]},
        "web": {"kind": "server", "endpoints": {"get": []}}},
        "failures": [{"kind": "crash", "target": "it[0]", "at": "10s", "lasts": "50s"}]})");
    // A quarter of 100/s for 5 s, give or take who is under way.
    CHECK(support::node(run, "c").totals.of(sim::Outcome::failed) ==
          doctest::Approx(125).epsilon(0.02));
}

TEST_CASE("behind a balancer a gateway's paths are the balancer's") {
    const auto run = support::play(R"({"run": {"measure": "10s"}, "nodes": {
        "c": {"kind": "open_loop", "rate": "100/s", "calls": "alb./api/orders/list"},
        "alb": {"kind": "pool", "of": "it"},
        "it": {"kind": "gateway", "replicas": 2,
               "routes": [{"path": "/api/orders/**", "strip_prefix": 2, "to": "orders"}]},
        "orders": {"kind": "server", "endpoints": {"create": [{"fail": "100%"}], "list": []}}}})");
    CHECK(support::node(run, "c").totals.of(sim::Outcome::failed) == 0);
    CHECK(support::node(run, "orders").totals.of(sim::Outcome::succeeded) > 900);
}
