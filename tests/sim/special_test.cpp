// Our own special functions against Boost.Math's.
#include "sim/special.h"

#include <doctest/doctest.h>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>

TEST_CASE("gamma and normal functions are right to 12 digits") {
    const auto near = [](double ours, double truth) {
        return std::abs(ours - truth) <= 1e-12 * std::max(std::abs(truth), 1.0);
    };
    for (const double x : {0.01, 0.3, 0.5, 1.0, 1.5, 2.0, 7.25, 40.0, 1e3, 1e6}) {
        CAPTURE(x);
        CHECK(near(sim::log_gamma(x) / std::max(1.0, std::abs(boost::math::lgamma(x))),
                   boost::math::lgamma(x) / std::max(1.0, std::abs(boost::math::lgamma(x)))));
    }
    for (const double shape : {0.1, 0.5, 1.0, 2.5, 10.0, 250.0}) {
        for (const double of_mean : {0.01, 0.2, 0.7, 1.0, 1.3, 3.0}) {
            CAPTURE(shape);
            CAPTURE(of_mean);
            const boost::math::gamma_distribution<> truth(shape);
            CHECK(near(sim::gamma_cdf(shape, shape * of_mean), cdf(truth, shape * of_mean)));
            CHECK(near(sim::gamma_tail(shape, shape * of_mean),
                       cdf(complement(truth, shape * of_mean))));
        }
    }
    const boost::math::normal normal;
    for (const double x : {-8.0, -3.0, -1.0, -0.1, 0.0, 0.5, 2.0, 5.0}) {
        CAPTURE(x);
        CHECK(near(sim::normal_cdf(x), cdf(normal, x)));
        CHECK(near(sim::normal_density(x), pdf(normal, x)));
    }
}
