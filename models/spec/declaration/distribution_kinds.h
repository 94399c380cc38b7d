// The kinds of distribution a scenario can ask for, each a spec that builds its sampler.
//
// They are templates over what is distributed, so that parameters carry units: the mean of
// durations is "4ms", of sizes "16KiB". Which formulas they are is said in sim/distribution.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/spec/declaration/check.h"
#include "models/spec/declaration/param.h"
#include "sim/distribution.h"

namespace models::spec {

// What a distribution can be of: how it turns into the sampler's plain numbers, and what it is
// called.
template <class T>
struct Measure;
template <>
struct Measure<sim::Duration> {
    static constexpr std::string_view name = "duration_distribution";
    static constexpr std::string_view part = "duration_part";
    static constexpr std::string_view quantile = "duration_quantile";
    static constexpr std::string_view doc = "How long: one duration, or how durations are spread.";
    static constexpr sim::Duration usual = std::chrono::milliseconds(10);
    static double number(sim::Duration value) { return sim::seconds(value); }
};
template <>
struct Measure<sim::Bytes> {
    static constexpr std::string_view name = "size_distribution";
    static constexpr std::string_view part = "size_part";
    static constexpr std::string_view quantile = "size_quantile";
    static constexpr std::string_view doc = "How large: one size, or how sizes are spread.";
    static constexpr sim::Bytes usual = {4096};
    static double number(sim::Bytes value) { return static_cast<double>(value.count); }
};
template <>
struct Measure<double> {
    static constexpr std::string_view name = "number_distribution";
    static constexpr std::string_view part = "number_part";
    static constexpr std::string_view quantile = "number_quantile";
    static constexpr std::string_view doc = "How many: one number, or how numbers are spread.";
    static constexpr double usual = 10;
    static double number(double value) { return value; }
};

template <class T>
struct Constant {
    static constexpr std::string_view kind = "constant";
    static constexpr std::string_view doc = "Always the same.";
    T value{};
    static constexpr auto params() {
        return std::tuple{required("value", &Constant::value, at_least(T{}), "The value.")};
    }
    sim::Distribution build() const {
        return sim::Distribution::constant(Measure<T>::number(value));
    }
};

template <class T>
struct Uniform {
    static constexpr std::string_view kind = "uniform";
    static constexpr std::string_view doc =
        "Uniform: every value between the two is equally likely.";
    T min{};
    T max = Measure<T>::usual;
    static constexpr auto params() {
        return std::tuple{param("min", &Uniform::min, at_least(T{}), "The least value."),
                          required("max", &Uniform::max, at_least(T{}), "The largest value.")};
    }
    void check(Check& check) const { check.that(min <= max, "max", "max is below min"); }
    sim::Distribution build() const {
        return sim::Distribution::uniform({Measure<T>::number(min), Measure<T>::number(max)});
    }
};

template <class T>
struct Exponential {
    static constexpr std::string_view kind = "exponential";
    static constexpr std::string_view doc =
        "Exponential: memoryless, as the times between independent events; its standard "
        "deviation is its mean.";
    T mean = Measure<T>::usual;
    static constexpr auto params() {
        return std::tuple{required("mean", &Exponential::mean, above(T{}), "The mean.")};
    }
    sim::Distribution build() const {
        return sim::Distribution::exponential(Measure<T>::number(mean));
    }
};

template <class T>
struct Normal {
    static constexpr std::string_view kind = "normal";
    static constexpr std::string_view doc =
        "Normal: bell-shaped about its mean; a negative value is drawn again.";
    T mean = Measure<T>::usual;
    T stddev{};
    static constexpr auto params() {
        return std::tuple{
            required("mean", &Normal::mean, at_least(T{}), "The mean, before the cut at zero."),
            required("stddev", &Normal::stddev, at_least(T{}), "The standard deviation.")};
    }
    sim::Distribution build() const {
        return sim::Distribution::normal({Measure<T>::number(mean), Measure<T>::number(stddev)});
    }
};

template <class T>
struct Lognormal {
    static constexpr std::string_view kind = "lognormal";
    static constexpr std::string_view doc =
        "Lognormal: most values near the middle and a long tail, as service times usually are.";
    T mean = Measure<T>::usual;
    T p99 = Measure<T>::usual;
    static constexpr auto params() {
        return std::tuple{required("mean", &Lognormal::mean, above(T{}), "The mean."),
                          required("p99", &Lognormal::p99, above(T{}), "The 99th percentile.")};
    }
    sim::Distribution::Lognormal target() const {
        return {Measure<T>::number(mean), Measure<T>::number(p99)};
    }
    void check(Check& check) const {
        const std::string_view wrong = sim::Distribution::lognormal_problem(target());
        check.that(wrong.empty(), "p99", std::string(wrong));
    }
    sim::Distribution build() const { return sim::Distribution::lognormal(target()); }
};

template <class T>
struct Gamma {
    static constexpr std::string_view kind = "gamma";
    static constexpr std::string_view doc =
        "Gamma, a sum of exponentials: with shape 1 it is exponential, a larger shape varies less.";
    T mean = Measure<T>::usual;
    double shape = 2;
    static constexpr auto params() {
        return std::tuple{required("mean", &Gamma::mean, above(T{}), "The mean."),
                          param("shape", &Gamma::shape, between(0.01, 1e6), "The shape, k.")};
    }
    sim::Distribution build() const {
        return sim::Distribution::gamma({Measure<T>::number(mean), shape});
    }
};

template <class T>
struct Weibull {
    static constexpr std::string_view kind = "weibull";
    static constexpr std::string_view doc =
        "Weibull, as lifetimes are: a shape below 1 is early failures, 1 random ones, above 1 "
        "wear.";
    T mean = Measure<T>::usual;
    double shape = 1;
    static constexpr auto params() {
        return std::tuple{required("mean", &Weibull::mean, above(T{}), "The mean."),
                          param("shape", &Weibull::shape, between(0.1, 100.0), "The shape, k.")};
    }
    sim::Distribution build() const {
        return sim::Distribution::weibull({Measure<T>::number(mean), shape});
    }
};

template <class T>
struct Pareto {
    static constexpr std::string_view kind = "pareto";
    static constexpr std::string_view doc =
        "Pareto: a power-law tail, in which a few values are huge; by its mean or its least value.";
    std::optional<T> mean;
    std::optional<T> min;
    double alpha = 1.5;
    static constexpr auto params() {
        return std::tuple{
            param("mean", &Pareto::mean, above(T{}), "The mean; alpha must be above 1."),
            param("min", &Pareto::min, above(T{}), "The least value, instead of the mean."),
            param("alpha", &Pareto::alpha, above(0), at_most(100), "The tail's exponent.")};
    }
    void check(Check& check) const {
        check.that(mean.has_value() != min.has_value(), "min", "give either \"mean\" or \"min\"");
        check.that(!mean || alpha > 1, "alpha", "must be above 1 for there to be a mean");
    }
    sim::Distribution build() const {
        using Sampler = sim::Distribution;
        if (mean) return Sampler::pareto(Sampler::ParetoMean{Measure<T>::number(*mean), alpha});
        return Sampler::pareto(Sampler::Pareto{Measure<T>::number(*min), alpha});
    }
};

template <class T>
struct Bimodal {
    static constexpr std::string_view kind = "bimodal";
    static constexpr std::string_view doc = "One of two values: the usual one, or the rare one.";
    T usual = Measure<T>::usual;
    T rare = Measure<T>::usual;
    sim::Fraction rare_share{0.01};
    static constexpr auto params() {
        return std::tuple{
            required("usual", &Bimodal::usual, at_least(T{}), "The usual value."),
            required("rare", &Bimodal::rare, at_least(T{}), "The rare value."),
            param("rare_share", &Bimodal::rare_share, "Probability of the rare value.")};
    }
    sim::Distribution build() const {
        const std::vector<sim::Distribution::Part> parts = {
            {1 - rare_share.value, sim::Distribution::constant(Measure<T>::number(usual))},
            {rare_share.value, sim::Distribution::constant(Measure<T>::number(rare))}};
        return sim::Distribution::mixture(parts);
    }
};

// A part of a mixture, in distribution.h: it contains a distribution again.
template <class T>
struct Part;

template <class T>
struct Mixture {
    static constexpr std::string_view kind = "mixture";
    static constexpr std::string_view doc = "One of several distributions, by weight.";
    std::vector<Part<T>> parts;
    static constexpr auto params() {
        return std::tuple{required("parts", &Mixture::parts, not_empty(),
                                   "Distributions that are mixed, with their weights.")};
    }
    void check(Check& check) const {
        double total = 0;
        for (const Part<T>& part : parts) total += part.weight;
        check.that(total > 0, "parts", "all the weights are zero");
    }
    sim::Distribution build() const {
        std::vector<sim::Distribution::Part> built;
        for (const Part<T>& part : parts) built.push_back({part.weight, part.of.build()});
        return sim::Distribution::mixture(built);
    }
};

template <class T>
struct Quantile {
    static constexpr std::string_view name = Measure<T>::quantile;
    static constexpr std::string_view doc = "A share of all values, and the largest of them.";
    sim::Fraction share{1};
    T value{};
    static constexpr auto params() {
        return std::tuple{
            required("share", &Quantile::share, "The share of values that are no larger."),
            required("value", &Quantile::value, at_least(T{}),
                     "Largest of these values (the quantile).")};
    }
};

template <class T>
struct Empirical {
    static constexpr std::string_view kind = "empirical";
    static constexpr std::string_view doc =
        "As measured: linear between quantiles whose shares rise from 0 to 1.";
    std::vector<Quantile<T>> quantiles = {{sim::Fraction{0}, T{}},
                                          {sim::Fraction{1}, Measure<T>::usual}};
    static constexpr auto params() {
        return std::tuple{
            required("quantiles", &Empirical::quantiles, not_empty(), "The measured quantiles.")};
    }
    std::vector<sim::Distribution::Quantile> table() const {
        std::vector<sim::Distribution::Quantile> result;
        for (const Quantile<T>& quantile : quantiles) {
            result.push_back({quantile.share.value, Measure<T>::number(quantile.value)});
        }
        return result;
    }
    void check(Check& check) const {
        const std::string_view wrong = sim::Distribution::empirical_problem(table());
        check.that(wrong.empty(), "quantiles", std::string(wrong));
    }
    sim::Distribution build() const { return sim::Distribution::empirical(table()); }
};

}  // namespace models::spec
