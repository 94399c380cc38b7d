// The gradient of response times: the limit shrinks as calls now take longer than they did on
// average over a long window, and otherwise grows by a little queue.
//
// Netflix' Gradient2Limit.java: gradient = max(0.5, min(1, tolerance * long / short)), and the
// limit goes `smoothing` of the way to limit * gradient + queue_size. The long average is
// exponential, and shrinks by 5 % when it is more than twice what a call took, to forget an
// overload that has passed. Fewer than half of the limit in flight teaches nothing. Losses do not
// matter to it.
#pragma once

#include <tuple>

#include "models/concurrency/concurrency_limit.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Gradient2 final : public ConcurrencyLimit {
public:
    struct Spec {
        static constexpr std::string_view kind = "gradient2";
        static constexpr std::string_view doc =
            "Shrinks as calls take longer than on average over a long window (Gradient2Limit).";
        std::uint32_t initial_limit = 20;
        std::uint32_t min_limit = 20;
        std::uint32_t max_limit = 200;
        std::uint32_t queue_size = 4;
        double smoothing = 0.2;
        double rtt_tolerance = 1.5;
        std::uint32_t long_window = 600;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("initial_limit", &Spec::initial_limit, at_least(1u), at_most(1000000u),
                      "Concurrency limit at the start."),
                param("min_limit", &Spec::min_limit, at_least(1u), at_most(1000000u),
                      "Lowest limit that may be learnt."),
                param("max_limit", &Spec::max_limit, at_least(1u), at_most(1000000u),
                      "Highest limit that may be learnt."),
                param("queue_size", &Spec::queue_size, at_most(1000000u),
                      "Queue allowed at the callee: how much the limit grows while latency does "
                      "not rise."),
                param("smoothing", &Spec::smoothing, above(0.0), at_most(1.0),
                      "Weight of a new estimate in the smoothed limit."),
                param("rtt_tolerance", &Spec::rtt_tolerance, at_least(1.0), at_most(1000.0),
                      "How many times the long-term average a latency may be before the limit "
                      "shrinks."),
                param("long_window", &Spec::long_window, at_least(1u), at_most(1000000u),
                      "Window of the long-term average, in calls.")};
        }
        void check(spec::Check& check) const {
            check.that(min_limit <= max_limit, "min_limit", "min_limit is above max_limit");
        }
    };

    Gradient2(const Spec& spec, std::uint64_t) : spec_(spec), estimate_(spec.initial_limit) {}

    std::uint32_t limit() const override { return static_cast<std::uint32_t>(estimate_); }
    void add(const CallSample& sample) override;

private:
    double long_average_with(double took);

    Spec spec_;
    double estimate_;
    double long_average_ = 0;
    double sum_ = 0;  // of the first few, whose plain mean the average begins with
    std::uint32_t count_ = 0;
};

}  // namespace models
