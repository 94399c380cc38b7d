// Sliding window by two counters: this window's requests, and those of the one before by the part
// of it that a window ending now still covers.
//
// Cloudflare, "How we built rate limiting capable of scaling to millions of domains" (2017): the
// estimate is previous * (period - elapsed) / period + current. It takes the previous window's
// requests for evenly spread, so a burst at its end can be forgotten too soon: a trailing period
// may see more than the limit, but never twice as many.
#pragma once

#include <chrono>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"
#include "sim/uint128.h"

namespace models {

class SlidingWindow final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "sliding_window";
        static constexpr std::string_view doc =
            "Two counters that stand for the trailing period (Cloudflare's approximation).";
        std::uint32_t limit = 100;
        sim::Duration period = std::chrono::seconds(1);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                                    "Requests that may pass in a trailing period, approximately: "
                                    "the last window's count is taken as evenly spread."),
                              param("period", &Spec::period, above(sim::Duration::zero()),
                                    at_most(sim::Duration(std::chrono::hours(24 * 366))),
                                    "Period that the limit is for.")};
        }
    };

    SlidingWindow(const Spec& spec, sim::Time) : spec_(spec) {}

    // The estimate and the limit, both times the period, so that nothing is rounded.
    Permission ask(sim::Time now, std::uint32_t permits) override {
        begin_window(now);
        const sim::Duration left = spec_.period - now.time_since_epoch() % spec_.period;
        const sim::Int128 estimate = sim::Int128{previous_} * left.count() +
                                     (sim::Int128{current_} + permits) * spec_.period.count();
        if (estimate > sim::Int128{spec_.limit} * spec_.period.count()) return {false, {}};
        current_ += permits;
        return {true, {}};
    }

    bool at_rest(sim::Time now) const override { return window_of(now) > window_ + 1; }

private:
    std::int64_t window_of(sim::Time now) const { return now.time_since_epoch() / spec_.period; }

    void begin_window(sim::Time now) {
        const std::int64_t window = window_of(now);
        if (window == window_) return;
        previous_ = window == window_ + 1 ? current_ : 0;
        current_ = 0;
        window_ = window;
    }

    Spec spec_;
    std::int64_t window_ = -2;
    std::uint32_t previous_ = 0;
    std::uint32_t current_ = 0;
};

}  // namespace models
