// resilience4j's AtomicRateLimiter: permissions refilled at the start of each cycle, and borrowed
// from cycles to come by those that wait.
//
// Cycles are a fixed grid from the limiter's creation, and what a cycle leaves over is lost, so
// twice the limit can pass around an edge. A request that finds too few permissions reserves them
// from the next cycles when that is soon enough; otherwise acquirePermission sleeps the whole
// timeout before it gives up (AtomicRateLimiter.java, waitForPermissionIfNecessary), and
// reservePermission says so at once.
#pragma once

#include <chrono>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"

namespace models {

class AtomicRateLimiter final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "atomic_rate_limiter";
        static constexpr std::string_view doc =
            "Permissions refilled each cycle; callers may wait for the next ones (resilience4j).";
        std::uint32_t limit = 50;
        sim::Duration period = std::chrono::nanoseconds(500);
        sim::Duration timeout_duration = std::chrono::seconds(5);
        bool blocks = true;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                      "Permissions in a cycle (limitForPeriod)."),
                param("period", &Spec::period, above(sim::Duration::zero()),
                      at_most(sim::Duration(std::chrono::hours(24 * 366))),
                      "Length of a cycle (limitRefreshPeriod); resilience4j's default is "
                      "nanoseconds, too."),
                param("timeout_duration", &Spec::timeout_duration, at_least(sim::Duration::zero()),
                      "How long a caller waits for its permission (timeoutDuration)."),
                param("blocks", &Spec::blocks,
                      "Whether a caller that cannot get a permission in time still waits for its "
                      "timeout, as acquirePermission does.")};
        }
    };

    AtomicRateLimiter(const Spec& spec, sim::Time created) : spec_(spec), created_(created) {}

    Permission ask(sim::Time now, std::uint32_t permits) override;
    bool at_rest(sim::Time now) const override { return permissions_at(now) == spec_.limit; }

    // Below zero when cycles to come are reserved already.
    std::int64_t permissions_at(sim::Time now) const;

private:
    std::int64_t cycle_of(sim::Time now) const { return (now - created_) / spec_.period; }

    Spec spec_;
    sim::Time created_;
    std::int64_t cycle_ = 0;
    std::int64_t permissions_ = spec_.limit;
};

}  // namespace models
