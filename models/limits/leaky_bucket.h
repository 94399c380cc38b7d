// Leaky bucket, as nginx's limit_req: requests fill it, it leaks at the rate, and what would make
// it run over is turned away.
//
// ngx_http_limit_req_module.c: `excess` counts thousandths of a request over the rate, on a clock
// of whole milliseconds; a key that is not known starts at 0, a known one at max(0, excess - rate *
// elapsed + 1); above `burst` a request is refused and nothing is counted. A request passes at the
// pace of the leak, (excess - delay) / rate after it came, unless `nodelay`.
#pragma once

#include <chrono>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"

namespace models {

class LeakyBucket final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "leaky_bucket";
        static constexpr std::string_view doc =
            "Requests pass at an even pace; a few more may queue (nginx's limit_req).";
        std::uint32_t limit = 100;
        sim::Duration period = std::chrono::seconds(1);
        std::uint32_t burst = 0;
        std::uint32_t delay = 0;
        bool nodelay = false;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                      "Requests that leak out in a period."),
                param("period", &Spec::period, at_least(std::chrono::milliseconds(1)),
                      at_most(sim::Duration(std::chrono::hours(24 * 366))),
                      "Period that the limit is for."),
                param(
                    "burst", &Spec::burst, at_most(1000000u),
                    "Requests over the rate that are accepted; more are rejected (nginx's burst)."),
                param("delay", &Spec::delay, at_most(1000000u),
                      "Requests over the rate that pass without delay; the rest of the burst waits "
                      "(nginx's delay)."),
                param("nodelay", &Spec::nodelay,
                      "Whether all of the burst passes without delay (nginx's nodelay).")};
        }
        // Thousandths of a request a second, cut off as nginx does.
        std::int64_t rate() const;
        void check(spec::Check& check) const {
            check.that(rate() > 0, "limit",
                       "less than a thousandth of a request a second, which nginx takes for none");
        }
    };

    LeakyBucket(const Spec& spec, sim::Time created);

    Permission ask(sim::Time now, std::uint32_t permits) override;
    bool at_rest(sim::Time now) const override;

    // In requests, after one more has come.
    double excess(sim::Time now) const {
        return static_cast<double>(excess_with(now, 1)) / kRequest;
    }

private:
    static constexpr std::int64_t kRequest = 1000;

    std::int64_t level_at(sim::Time now) const;
    std::int64_t excess_with(sim::Time now, std::uint32_t permits) const;

    std::int64_t rate_;
    std::int64_t burst_;
    std::int64_t delay_;
    bool nodelay_;
    std::int64_t excess_ = -kRequest;  // so that a key's first request finds an excess of 0
    std::int64_t last_ms_ = 0;
};

}  // namespace models
