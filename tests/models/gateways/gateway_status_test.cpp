// Which status a gateway answers with: the cells of the table in models/pools/README.md, played.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>

#include "metrics/names.h"
#include "models/gateways/gateway.h"
#include "tests/support/play.h"

using models::Implementation;
using models::ProxyFailure;
using support::node;
using support::play;

namespace {

struct PlayedCell {
    ProxyFailure failure;
    std::string filters{};
    std::string app = R"("endpoints": {"get": []})";
    std::string failures{};
    std::string to = "app";
    std::string more{};
};

const std::array<PlayedCell, 6>& all_cells() {
    static const std::array<PlayedCell, 6> all = {{
        {ProxyFailure::refused, "", R"("endpoints": {"get": []})",
         R"({"kind": "crash", "target": "app", "at": "0s", "lasts": "1h"})"},
        // Every request is at work when it dies.
        {ProxyFailure::reset, "", R"("endpoints": {"get": [{"wait": "1h"}]})",
         R"({"kind": "crash", "target": "app", "at": "8s", "lasts": "1us"})"},
        {ProxyFailure::timeout, R"({"kind": "timeout", "limit": "10ms"})",
         R"("endpoints": {"get": [{"wait": "1s"}]})"},
        {ProxyFailure::no_target, "", R"("endpoints": {"get": []})",
         R"({"kind": "crash", "target": "app", "at": "0s", "lasts": "1h"})", "lb",
         R"(, "lb": {"kind": "pool", "of": "app",
                     "health_check": {"interval": "100ms", "unhealthy_threshold": 1}})"},
        {ProxyFailure::limited, R"({"kind": "rate_limiter",
                                    "limiter": {"kind": "fixed_window", "limit": 1}})"},
        // Long open when requests are counted.
        {ProxyFailure::breaker_open,
         R"({"kind": "circuit_breaker", "wait_duration_in_open_state": "1h"})",
         R"("endpoints": {"get": [{"fail": "100%"}]})"},
    }};
    return all;
}

// The one status of the failures after the first five seconds; -1 when there are several.
int status_seen(const PlayedCell& cell, std::string_view gateway, const std::string& front = "") {
    const std::string text = fmt::format(
        R"({{"run": {{"warm_up": "5s", "measure": "5s"}}, "nodes": {{
            "users": {{"kind": "open_loop", "rate": "50/s", "calls": "{}./get"}},
            "it": {{"kind": "gateway", "implementation": "{}",
                    "routes": [{{"path": "/**", "to": "{}", "filters": [{}]}}]}},
            "app": {{"kind": "server", "cores": 4, "threads": 100000, {}}} {}}},
            "failures": [{}]}})",
        front.empty() ? "it" : "outer", gateway, cell.to, cell.filters, cell.app, cell.more + front,
        cell.failures);
    const sim::Recording run = play(text);
    int seen = 0;
    for (std::size_t each = 1; each < sim::kMostCauses; ++each) {
        if (node(run, "users").causes[each] == 0) continue;
        if (seen != 0) return -1;
        seen = metrics::http_status(sim::Outcome::failed, models::kCauses[each]);
    }
    return seen;
}

models::Proxy product_of(Implementation gateway) {
    models::GatewaySpec spec;
    spec.implementation = gateway;
    return spec.product();
}

}  // namespace

TEST_CASE("a gateway answers with the status of its product") {
    for (const auto& word : names_of(Implementation{})) {
        for (const PlayedCell& cell : all_cells()) {
            const int expected = status_of(product_of(word.value), cell.failure);
            if (expected == 0) continue;  // refused: tests/bad/breaker_of_nginx.json
            CAPTURE(std::string(word.name));
            CAPTURE(static_cast<int>(cell.failure));
            CHECK(status_seen(cell, word.name) == expected);
        }
    }
}

TEST_CASE("a service whose own database is down is there, and its error is its own") {
    PlayedCell cell{ProxyFailure::refused};
    cell.app = R"("endpoints": {"get": [{"call": "db"}]})";
    cell.more = R"(, "db": {"kind": "database"})";
    for (const char* failure :
         {R"({"kind": "crash", "target": "db", "at": "0s", "lasts": "1h"})",
          R"({"kind": "crash", "target": "app", "at": "0s", "lasts": "1h"})"}) {
        cell.failures = failure;
        const bool is_own = cell.failures.find("\"db\"") != std::string::npos;
        for (const auto& word : names_of(Implementation{})) {
            CAPTURE(std::string(word.name));
            const int dead = status_of(product_of(word.value), ProxyFailure::refused);
            CHECK(status_seen(cell, word.name) == (is_own ? 500 : dead));
        }
    }
}

TEST_CASE("what the upstream limits is the upstream's answer") {
    PlayedCell cell{ProxyFailure::limited};
    cell.app = R"("admission": [{"kind": "rate_limiter",
        "limiter": {"kind": "fixed_window", "limit": 1}}], "endpoints": {"get": []})";
    CHECK(status_seen(cell, "nginx") == 429);
}

TEST_CASE("the status that one proxy gives goes through another as it is") {
    PlayedCell cell = all_cells()[0];
    const std::string front = R"(, "outer": {"kind": "gateway", "implementation": "envoy",
        "routes": [{"path": "/**", "to": "it"}]})";
    CHECK(status_seen(cell, "nginx", front) == 502);
    CHECK(status_seen(cell, "spring_cloud_gateway", front) == 500);
    const std::string balancer = R"(, "outer": {"kind": "pool", "of": "it",
        "answers_as": "envoy"})";
    CHECK(status_seen(cell, "nginx", balancer) == 502);
}
