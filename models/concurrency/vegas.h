// TCP Vegas for calls: from the shortest time a call ever took it works out how many of those in
// flight are only waiting, and keeps that queue small.
//
// Netflix' VegasLimit.java: queue = ceil(limit * (1 - shortest / took)). With g the logarithm to
// base ten of the limit, at least 1: a queue of up to g lets the limit grow by 6 g, one below 3 g
// by g, one above 6 g (or a loss) shrinks it by g. Every 15 to 30 times the limit calls it measures
// the shortest time anew. Fewer than half of the limit in flight teaches nothing.
#pragma once

#include <tuple>

#include "models/concurrency/concurrency_limit.h"
#include "models/spec/declaration/spec.h"
#include "sim/rng.h"

namespace models {

class Vegas final : public ConcurrencyLimit {
public:
    struct Spec {
        static constexpr std::string_view kind = "vegas";
        static constexpr std::string_view doc =
            "Keeps the queue at the callee small, as TCP Vegas does (VegasLimit).";
        std::uint32_t initial_limit = 20;
        std::uint32_t max_limit = 1000;
        double smoothing = 1;
        std::uint32_t probe_multiplier = 30;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("initial_limit", &Spec::initial_limit, at_least(1u), at_most(1000000u),
                      "Concurrency limit at the start."),
                param("max_limit", &Spec::max_limit, at_least(1u), at_most(1000000u),
                      "Highest limit that may be learnt."),
                param("smoothing", &Spec::smoothing, above(0.0), at_most(1.0),
                      "Weight of a new estimate in the smoothed limit."),
                param("probe_multiplier", &Spec::probe_multiplier, at_least(1u), at_most(1000000u),
                      "How often the lowest latency is measured anew: after this many times the "
                      "limit calls, at most.")};
        }
    };

    Vegas(const Spec& spec, std::uint64_t stream)
        : spec_(spec), estimate_(spec.initial_limit), draws_(stream) {}

    std::uint32_t limit() const override { return static_cast<std::uint32_t>(estimate_); }
    void add(const CallSample& sample) override;

private:
    bool is_time_to_probe();
    double next_estimate(double took, const CallSample& sample) const;

    Spec spec_;
    double estimate_;
    sim::Draws draws_;
    double shortest_ = 0;  // 0: not known yet
    double jitter_ = 0.5 + 0.5 * draws_.uniform();
    std::uint64_t since_probe_ = 0;
};

}  // namespace models
