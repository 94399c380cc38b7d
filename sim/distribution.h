// A distribution of non-negative numbers, as a value: service times, sizes, think times.
//
//     const auto work = Distribution::lognormal({.mean = 0.004, .p99 = 0.020});
//     Duration demand = work.sample_duration(draws);   // the numbers are seconds
//
// Samplers are ours, not <random>'s, so that a draw has the same bits with every library. The
// factories assert what they need; the *_problem functions say the same about input, in words.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sim/math.h"
#include "sim/rng.h"
#include "sim/time.h"

namespace sim {

class Distribution {
public:
    struct Uniform {
        double min, max;
    };
    struct Normal {
        double mean, stddev;
    };
    struct Lognormal {
        double mean, p99;
    };
    struct LogOfNormal {
        double mu, sigma;
    };
    struct Gamma {
        double mean, shape;
    };
    struct Weibull {
        double mean, shape;
    };
    struct Pareto {
        double min, alpha;
    };
    struct ParetoMean {
        double mean, alpha;
    };
    struct Part;  // of a mixture
    struct Quantile {
        double share, value;
    };  // P(X <= value) = share

    constexpr Distribution() = default;  // always zero

    static Distribution constant(double value);
    static Distribution uniform(Uniform range);
    static Distribution exponential(double mean);

    // Drawn again while negative, so the mean is that of the truncated normal: larger than the one
    // given, by 1 % when stddev is 0.42 of it. mean() is the true one. The given mean is at least
    // 0.
    static Distribution normal(Normal uncut);

    // The narrower of the two lognormals with this mean and 99th percentile. There is one only for
    // mean <= p99 <= 14.97 mean.
    static Distribution lognormal(Lognormal target);
    static Distribution lognormal(LogOfNormal logarithm);

    static Distribution gamma(Gamma target);
    static Distribution weibull(Weibull target);
    static Distribution pareto(Pareto tail);
    static Distribution pareto(ParetoMean tail);  // alpha > 1

    // Each part as often as its weight says. Bimodal is a mixture of two constants.
    static Distribution mixture(std::span<const Part> parts);

    // Linear between the given quantiles, whose shares rise from 0 to 1.
    static Distribution empirical(std::span<const Quantile> quantiles);

    // What is wrong with such a target; empty when nothing is.
    static std::string_view lognormal_problem(Lognormal target);
    static std::string_view mixture_problem(std::span<const Part> parts);
    static std::string_view empirical_problem(std::span<const Quantile> quantiles);

    double sample(Draws& draws) const {
        switch (kind_) {
            case Kind::kConstant:
                return a_;
            case Kind::kUniform:
                return a_ + b_ * draws.uniform();
            case Kind::kExponential:
                return a_ * draws.exponential();
            case Kind::kLognormal:
                return exp(a_ + b_ * draws.normal());
            default:
                return sample_other(draws);
        }
    }
    Duration sample_duration(Draws& draws) const { return from_seconds(sample(draws)); }

    bool is_constant() const { return kind_ == Kind::kConstant; }  // nothing is drawn

    double mean() const;             // may be infinite
    double variance() const;         // may be infinite
    double cdf(double value) const;  // P(X <= value)

    // Of this times a positive factor.
    Distribution scaled(double factor) const;

private:
    enum class Kind : std::uint8_t {
        kConstant,
        kUniform,
        kExponential,
        kLognormal,
        kNormal,
        kGamma,
        kWeibull,
        kPareto,
        kMixture,
        kEmpirical
    };
    struct Table;

    Distribution(Kind kind, double a, double b = 0);
    Distribution(Kind kind, std::shared_ptr<const Table> table);

    double sample_other(Draws& draws) const;

    Kind kind_ = Kind::kConstant;
    double a_ = 0, b_ = 0;  // what they are depends on the kind: see its factory
    std::shared_ptr<const Table> table_;
};

struct Distribution::Part {
    double weight;
    Distribution values;
};

}  // namespace sim
