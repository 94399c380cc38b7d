// The gamma function and the distribution functions of the normal and the gamma distribution,
// from our own log and exp: the C library's differ between machines. Right to about 12 digits.
#pragma once

namespace sim {

double log_gamma(double x);  // log of the gamma function, x > 0

// P(X <= x) and P(X > x) for the gamma distribution with this shape and scale 1.
double gamma_cdf(double shape, double x);
double gamma_tail(double shape, double x);

double normal_cdf(double x);
double normal_density(double x);

}  // namespace sim
