// Token bucket: tokens accrue evenly up to a burst, a request takes one or is turned away.
//
// As Go's golang.org/x/time/rate: the bucket starts full, and tokens accrue continuously, not at
// ticks. With max_wait 0 it is Allow; with more it is Reserve, where tokens go below zero and a
// request waits until its own has accrued. Tokens are kept exactly, where Go keeps a float64.
#pragma once

#include <chrono>
#include <optional>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"
#include "sim/uint128.h"

namespace models {

class TokenBucket final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "token_bucket";
        static constexpr std::string_view doc =
            "Tokens accrue evenly up to a burst, and each request takes one (Go's x/time/rate).";
        std::uint32_t limit = 100;
        sim::Duration period = std::chrono::seconds(1);
        std::optional<std::uint32_t> burst;
        sim::Duration max_wait{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                                    "Tokens that accrue in a period."),
                              param("period", &Spec::period, above(sim::Duration::zero()),
                                    at_most(sim::Duration(std::chrono::hours(24 * 366))),
                                    "Period that the limit is for."),
                              param("burst", &Spec::burst, at_most(1000000u),
                                    "Bucket size: most tokens there can be, and tokens at the "
                                    "start. Without it, as many as `limit`."),
                              param("max_wait", &Spec::max_wait, at_least(sim::Duration::zero()),
                                    "How long a request may wait for its token. With 0s (the "
                                    "default) it is rejected at once.")};
        }
    };

    TokenBucket(const Spec& spec, sim::Time created);

    Permission ask(sim::Time now, std::uint32_t permits) override;
    bool at_rest(sim::Time now) const override { return level_at(now) == full_; }

    double tokens(sim::Time now) const {
        return static_cast<double>(level_at(now)) / static_cast<double>(token_);
    }

private:
    sim::Int128 level_at(sim::Time now) const;

    // In units of which a nanosecond brings `limit`, and a period's nanoseconds make a token: so
    // every level is a whole number.
    sim::Int128 token_;
    sim::Int128 full_;
    sim::Int128 level_;
    sim::Int128 limit_;
    std::uint32_t burst_;
    sim::Duration max_wait_;
    sim::Time as_of_;
};

}  // namespace models
