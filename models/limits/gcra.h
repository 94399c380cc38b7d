// Generic cell rate algorithm: one time stamp a key, the theoretical arrival time (TAT) at which a
// source that keeps to the rate would send next.
//
// As redis-cell's CL.THROTTLE (src/cell/mod.rs): a request moves TAT by an emission interval
// (period / limit, cut off to a nanosecond) and is refused when that would put it more than
// max_burst + 1 intervals ahead of now. So max_burst 15 lets 16 through at once.
#pragma once

#include <chrono>
#include <optional>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"
#include "sim/uint128.h"

namespace models {

class Gcra final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "gcra";
        static constexpr std::string_view doc =
            "The generic cell rate algorithm: one time stamp a key (redis-cell).";
        std::uint32_t limit = 100;
        sim::Duration period = std::chrono::seconds(1);
        std::optional<std::uint32_t> max_burst;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                                    "Requests that may pass in a period in the long run."),
                              param("period", &Spec::period, above(sim::Duration::zero()),
                                    at_most(sim::Duration(std::chrono::hours(24 * 366))),
                                    "Period that the limit is for."),
                              param("max_burst", &Spec::max_burst, at_most(1000000u),
                                    "Requests that may pass at once after the first (max_burst). "
                                    "Without it, one less than `limit`.")};
        }
        void check(spec::Check& check) const {
            check.that(period.count() >= limit, "limit",
                       "more than one request a nanosecond: the interval between them is zero");
        }
    };

    // What CL.THROTTLE answers.
    struct Answer {
        bool limited = false;
        std::uint32_t limit = 0;
        std::int64_t remaining = 0;
        std::optional<sim::Duration> retry_after;  // none for what is never granted, too
        sim::Duration reset_after{};
    };

    Gcra(const Spec& spec, sim::Time created);

    Answer throttle(sim::Time now, std::uint32_t quantity);
    Permission ask(sim::Time now, std::uint32_t permits) override {
        return {!throttle(now, permits).limited, {}};
    }
    bool at_rest(sim::Time now) const override {
        return !tat_ || *tat_ <= now.time_since_epoch().count();
    }

private:
    // Nanoseconds; wide enough for the largest burst at the slowest rate.
    sim::Int128 interval_;
    sim::Int128 tolerance_;
    std::optional<sim::Int128> tat_;
    std::uint32_t limit_;
};

}  // namespace models
