// Additive increase, multiplicative decrease: one more while calls go well, a tenth less for each
// that does not. It needs losses to learn from.
//
// Netflix' AIMDLimit.java. Not close to the limit (fewer than half in flight) teaches nothing.
#pragma once

#include <algorithm>
#include <chrono>
#include <tuple>

#include "models/concurrency/concurrency_limit.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Aimd final : public ConcurrencyLimit {
public:
    struct Spec {
        static constexpr std::string_view kind = "aimd";
        static constexpr std::string_view doc =
            "One more while calls succeed, a tenth less when one is lost (AIMDLimit).";
        std::uint32_t initial_limit = 20;
        std::uint32_t min_limit = 20;
        std::uint32_t max_limit = 200;
        double backoff_ratio = 0.9;
        sim::Duration timeout = std::chrono::seconds(5);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("initial_limit", &Spec::initial_limit, at_least(1u),
                                    at_most(1000000u), "Concurrency limit at the start."),
                              param("min_limit", &Spec::min_limit, at_least(1u), at_most(1000000u),
                                    "Lowest limit that may be learnt."),
                              param("max_limit", &Spec::max_limit, at_least(1u), at_most(1000000u),
                                    "Highest limit that may be learnt."),
                              param("backoff_ratio", &Spec::backoff_ratio, at_least(0.5),
                                    below(1.0), "Factor on the limit after a loss."),
                              param("timeout", &Spec::timeout, above(sim::Duration::zero()),
                                    "A call that took longer is a loss.")};
        }
        void check(spec::Check& check) const {
            check.that(min_limit <= max_limit, "min_limit", "min_limit is above max_limit");
        }
    };

    Aimd(const Spec& spec, std::uint64_t) : spec_(spec), limit_(spec.initial_limit) {}

    std::uint32_t limit() const override { return limit_; }

    void add(const CallSample& sample) override {
        if (sample.dropped || sample.took > spec_.timeout) {
            limit_ = static_cast<std::uint32_t>(limit_ * spec_.backoff_ratio);
        } else if (std::uint64_t{sample.in_flight} * 2 >= limit_) {
            ++limit_;
        }
        limit_ = std::min(spec_.max_limit, std::max(spec_.min_limit, limit_));
    }

private:
    Spec spec_;
    std::uint32_t limit_;
};

}  // namespace models
