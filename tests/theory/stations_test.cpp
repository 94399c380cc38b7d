// Single stations and small networks against their closed forms, as whole scenarios.
//
// Tolerances: every run has about 10^6 completions. The relative standard error of a mean sojourn
// time in M/M/1 is about sqrt(2 (2 + rho) / ((1 - rho)^2 n)) (Whitt 1989): 0.7 % at rho = 0.7 and
// 1.2 % at rho = 0.8; 4 % is more than three of them, and percentiles vary little more.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/play.h"

using doctest::Approx;

namespace {

// A database is a plain station: as many servers as cores, first come first served.
std::string station(double rate, int servers, const std::string& service) {
    return R"({"run": {"warm_up": "20s", "measure": "1000s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": ")" +
           std::to_string(rate) + R"(/s", "calls": "station"},
        "station": {"kind": "database", "connections": 1000000, "cores": )" +
           std::to_string(servers) + R"(, "service_time": )" + service + "}}}";
}

const sim::Histogram& latency_of(const sim::Recording& recording) {
    return support::node(recording, "clients").latency.succeeded;
}

double percentile_ms(const sim::Recording& recording, double percent) {
    return sim::milliseconds(latency_of(recording).percentile(percent));
}

double mean_ms(const sim::Recording& recording) {
    return latency_of(recording).mean_seconds() * 1e3;
}

// Erlang's C: the probability that a customer of M/M/c waits.
double erlang_c(int servers, double load) {
    double blocked = 1;
    for (int n = 1; n <= servers; ++n) blocked = load * blocked / (n + load * blocked);
    const double rho = load / servers;
    return blocked / (1 - rho + rho * blocked);
}

}  // namespace

TEST_CASE("M/M/1: mean and percentiles of the time in system") {
    for (const double rho : {0.5, 0.7, 0.8}) {
        const auto run =
            support::play(station(1000 * rho, 1, R"({"kind": "exponential", "mean": "1ms"})"));
        const double mean = 1 / (1 - rho);
        CHECK(mean_ms(run) == Approx(mean).epsilon(0.04));
        CHECK(percentile_ms(run, 50) == Approx(mean * std::log(2)).epsilon(0.04));
        CHECK(percentile_ms(run, 99) == Approx(mean * std::log(100)).epsilon(0.05));
        CHECK(*support::node(run, "station").utilisation == Approx(rho).epsilon(0.01));
    }
}

TEST_CASE("M/M/c: Erlang's C gives the mean wait") {
    for (const int servers : {2, 4, 16}) {
        const double load = 0.8 * servers;
        const auto run = support::play(
            station(load * 100, servers, R"({"kind": "exponential", "mean": "10ms"})"));
        const double wait = erlang_c(servers, load) * 10 / (servers - load);
        CHECK(mean_ms(run) == Approx(10 + wait).epsilon(0.04));
        const double p_wait = erlang_c(servers, load);
        const double p90_of_wait = std::log(p_wait / 0.1) * 10 / (servers - load);
        CHECK(p90_of_wait >= 0);
    }
}

TEST_CASE("M/D/1 and M/G/1: the Pollaczek-Khinchine mean") {
    struct Case {
        std::string service;
        double scv;  // squared coefficient of variation
    };
    const double sigma = 2.3263478740408408 - std::sqrt(5.4118944 - 2 * std::log(5.0));
    const std::vector<Case> cases = {
        {R"("1ms")", 0},
        {R"({"kind": "uniform", "min": "0ms", "max": "2ms"})", 1.0 / 3},
        {R"({"kind": "gamma", "mean": "1ms", "shape": 0.5})", 2},
        {R"({"kind": "lognormal", "mean": "1ms", "p99": "5ms"})", std::exp(sigma * sigma) - 1}};
    for (const Case& each : cases) {
        const auto run = support::play(station(700, 1, each.service));
        const double wait = 0.7 / (1 - 0.7) * (1 + each.scv) / 2;
        CHECK_MESSAGE(mean_ms(run) == Approx(1 + wait).epsilon(0.04), each.service);
    }
}

// Requests visit A, then B, and go back to A with probability 1/2: each station sees twice the
// arrivals (traffic equations), and by Jackson's theorem is an M/M/1 by itself. The loop is written
// out ten times; a request that would go round more often is one in a thousand.
TEST_CASE("a Jackson tandem with feedback has the product-form mean time") {
    std::string loop = "[]";
    for (int round = 0; round < 10; ++round) {
        loop =
            R"([{"call": "a"}, {"call": "b"}, {"choose": [{"weight": 1}, {"weight": 1, "steps": )" +
            loop + "}]}]";
    }
    const std::string text = R"({"run": {"warm_up": "20s", "measure": "2000s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "350/s", "calls": "router"},
        "router": {"kind": "server", "threads": 1000000, "memory_per_request": "0B",
                   "endpoints": {"go": )" +
                             loop + R"(}},
        "a": {"kind": "database", "connections": 1000000, "cores": 1,
              "service_time": {"kind": "exponential", "mean": "1ms"}},
        "b": {"kind": "database", "connections": 1000000, "cores": 1,
              "service_time": {"kind": "exponential", "mean": "0.5ms"}}}})";
    const auto run = support::play(text);
    // lambda = 700/s at each: L = rho / (1 - rho), W = (L_a + L_b) / 350.
    const double in_system = 0.7 / 0.3 + 0.35 / 0.65;
    CHECK(mean_ms(run) == Approx(in_system / 350 * 1e3).epsilon(0.04));
}

// Exact mean value analysis (Reiser and Lavenberg 1980): users who think, one station.
TEST_CASE("a closed network meets mean value analysis") {
    for (const int users : {5, 20, 60}) {
        const double demand_a = 0.010;
        const double demand_b = 0.004;
        const double think = 0.2;
        double queue_a = 0;
        double queue_b = 0;
        double response = 0;
        for (int n = 1; n <= users; ++n) {
            const double at_a = demand_a * (1 + queue_a);
            const double at_b = demand_b * (1 + queue_b);
            response = at_a + at_b;
            const double throughput = n / (think + response);
            queue_a = throughput * at_a;
            queue_b = throughput * at_b;
        }
        const std::string text = R"({"run": {"warm_up": "20s", "measure": "4000s"}, "nodes": {
            "clients": {"kind": "users", "users": )" +
                                 std::to_string(users) + R"(,
                        "think_time": {"kind": "exponential", "mean": "200ms"}, "calls": "router"},
            "router": {"kind": "server", "threads": 1000000, "memory_per_request": "0B",
                       "endpoints": {"go": [{"call": "a"}, {"call": "b"}]}},
            "a": {"kind": "database", "cores": 1, "service_time": {"kind": "exponential", "mean": "10ms"}},
            "b": {"kind": "database", "cores": 1, "service_time": {"kind": "exponential", "mean": "4ms"}}}})";
        const auto run = support::play(text);
        CHECK(mean_ms(run) == Approx(response * 1e3).epsilon(0.03));
        const auto& clients = support::node(run, "clients");
        const double rate = static_cast<double>(clients.totals.finished()) / 4000;
        CHECK(rate == Approx(users / (think + response)).epsilon(0.01));
    }
}
