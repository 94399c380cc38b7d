// Sliding log: the times of all requests that passed in the trailing period, so that in no period,
// however it lies, more than the limit pass. It costs a time stamp for each of them.
#pragma once

#include <chrono>
#include <deque>
#include <tuple>

#include "models/limits/limiter.h"
#include "models/spec/declaration/spec.h"

namespace models {

class SlidingLog final : public Limiter {
public:
    struct Spec {
        static constexpr std::string_view kind = "sliding_log";
        static constexpr std::string_view doc =
            "Never more than the limit in any trailing period: it remembers each request.";
        std::uint32_t limit = 100;
        sim::Duration period = std::chrono::seconds(1);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("limit", &Spec::limit, at_least(1u), at_most(1000000u),
                                    "Requests that may pass in any trailing period."),
                              param("period", &Spec::period, above(sim::Duration::zero()),
                                    at_most(sim::Duration(std::chrono::hours(24 * 366))),
                                    "Period that the limit is for.")};
        }
    };

    SlidingLog(const Spec& spec, sim::Time) : spec_(spec) {}

    // The trailing period is (now - period, now].
    Permission ask(sim::Time now, std::uint32_t permits) override {
        while (!passed_.empty() && now - passed_.front() >= spec_.period) passed_.pop_front();
        if (passed_.size() + permits > spec_.limit) return {false, {}};
        passed_.insert(passed_.end(), permits, now);
        return {true, {}};
    }

    bool at_rest(sim::Time now) const override {
        return passed_.empty() || now - passed_.back() >= spec_.period;
    }

private:
    Spec spec_;
    std::deque<sim::Time> passed_;
};

}  // namespace models
