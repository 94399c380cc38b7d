#include "reports/theory/queues.h"

#include <doctest/doctest.h>

#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <initializer_list>

using namespace reports;

TEST_CASE("Erlang C of one server is the load, of two 2 rho^2 / (1 + rho)") {
    for (const double load : {0.01, 0.3, 0.5, 0.9, 0.99}) {
        CAPTURE(load);
        CHECK(erlang_c(1, load) == doctest::Approx(load).epsilon(1e-12));
        CHECK(erlang_c(2, 2 * load) ==
              doctest::Approx(2 * load * load / (1 + load)).epsilon(1e-12));
    }
}

TEST_CASE("Erlang C by its definition") {
    // A^c / c! * c / (c - A) over that and the sum of A^n / n! below c.
    for (const std::uint32_t servers : {3u, 7u, 20u}) {
        const double offered = 0.8 * servers;
        double term = 1;
        double sum = 0;
        for (std::uint32_t n = 0; n < servers; ++n) {
            sum += term;
            term *= offered / (n + 1);
        }
        const double last = term * servers / (servers - offered);
        CHECK(erlang_c(servers, offered) == doctest::Approx(last / (sum + last)).epsilon(1e-12));
    }
}

// B = pmf(c) / cdf(c) of a Poisson law of mean A, and C = c B / (c - A (1 - B)).
TEST_CASE("Erlang C by Boost's Poisson distribution") {
    for (const std::uint32_t servers : {1u, 5u, 40u, 300u}) {
        for (const double load : {0.2, 0.7, 0.95}) {
            const double offered = load * servers;
            const boost::math::poisson_distribution<> poisson(offered);
            const double blocked = pdf(poisson, servers) / cdf(poisson, servers);
            CAPTURE(servers);
            CAPTURE(load);
            CHECK(erlang_c(servers, offered) ==
                  doctest::Approx(servers * blocked / (servers - offered * (1 - blocked)))
                      .epsilon(1e-10));
        }
    }
}

TEST_CASE("M/G/1 waits by Pollaczek and Khinchine: rho S (1 + c^2) / (2 (1 - rho))") {
    const double service_s = 0.010;
    for (const double load : {0.1, 0.5, 0.9}) {
        for (const double variation : {0.0, 0.25, 1.0, 4.0, 30.0}) {
            const double wait = load * service_s * (1 + variation) / (2 * (1 - load));
            CHECK(mean_wait_s({load / service_s, service_s, 1, variation}) ==
                  doctest::Approx(wait).epsilon(1e-12));
        }
    }
}

TEST_CASE("many servers neither overflow nor cancel") {
    CHECK(erlang_c(100'000, 50'000) == doctest::Approx(0));
    CHECK(erlang_c(100'000, 99'990) > 0.9);
    CHECK(erlang_c(100'000, 99'990) < 1);
}

TEST_CASE("the wait of M/M/1 is rho S / (1 - rho), and M/M/5 at a half takes 5.26 ms for 5") {
    CHECK(mean_wait_s({80, 0.010, 1}) == doctest::Approx(0.8 * 0.010 / 0.2));
    CHECK(mean_wait_s({500, 0.005, 5}) + 0.005 == doctest::Approx(0.00526).epsilon(0.001));
}

TEST_CASE("nobody waits when nobody comes, and for ever when too many do") {
    CHECK(mean_wait_s({0, 0.010, 1}) == 0);
    CHECK(mean_wait_s({100, 0, 1}) == 0);
    CHECK(std::isinf(mean_wait_s({100, 0.010, 1})));
    CHECK(std::isinf(mean_wait_s({200, 0.010, 1})));
}
