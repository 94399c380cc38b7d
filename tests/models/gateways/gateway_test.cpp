// Routes by path, and the statuses that gateways give.
#include "models/gateways/gateway.h"

#include <doctest/doctest.h>

#include "metrics/names.h"
#include "models/gateways/upstream_status.h"
#include "models/path_pattern.h"
#include "tests/support/play.h"

namespace {

using models::Implementation;

int status_of(Implementation gateway, sim::Cause cause,
              sim::Outcome outcome = sim::Outcome::failed) {
    models::Response response;
    response.outcome = outcome;
    response.cause = cause;
    response = models::as_answered_by(gateway, response);
    return metrics::http_status(response.outcome, sim::row_of(models::kCauses, response.cause));
}

}  // namespace

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

// The sources are in upstream_status.h.
TEST_CASE("a service that does not answer is what each gateway says it is") {
    struct Case {
        sim::Cause cause;
        int spring, nginx, envoy, express;
    };
    namespace cause = models::cause;
    for (const Case& each : {Case{cause::refused, 500, 502, 503, 503},
                             {cause::reset, 500, 502, 503, 503},
                             {cause::no_backend, 503, 502, 503, 503},
                             {cause::circuit_open, 503, 503, 503, 503},
                             {cause::timeout, 504, 504, 504, 504},
                             {cause::fault, 500, 500, 500, 500},
                             {cause::rate_limited, 429, 429, 429, 429},
                             {cause::unauthorized, 401, 401, 401, 401},
                             {cause::not_found, 404, 404, 404, 404}}) {
        CAPTURE(static_cast<int>(each.cause));
        CHECK(status_of(Implementation::spring_cloud_gateway, each.cause) == each.spring);
        CHECK(status_of(Implementation::nginx, each.cause) == each.nginx);
        CHECK(status_of(Implementation::envoy, each.cause) == each.envoy);
        CHECK(status_of(Implementation::express, each.cause) == each.express);
    }
    CHECK(status_of(Implementation::nginx, sim::Cause::none, sim::Outcome::succeeded) == 200);
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
