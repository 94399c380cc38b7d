// Many at one instant: a flash sale, a push notification, a test that clicks N times at once.
#pragma once

#include <chrono>
#include <tuple>
#include <vector>

#include "models/arrivals/arrival_process.h"
#include "models/spec/declaration/spec.h"

namespace models {

class BurstArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "bursts";
        static constexpr std::string_view doc =
            "Bursts: a number of requests at one instant, once or at an interval; `rate` is not "
            "used.";
        static constexpr bool has_own_times = true;
        std::uint32_t size = 10;
        sim::Duration at{};
        sim::Duration every = std::chrono::seconds(10);
        sim::Duration jitter{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("size", &Spec::size, at_least(1u), at_most(1000000u), "Requests of a burst."),
                param("at", &Spec::at, at_least(sim::Duration::zero()),
                      "When the first burst comes, from the start of the run."),
                param("every", &Spec::every, at_least(sim::Duration::zero()),
                      "Interval between two bursts. With 0s there is only one."),
                param("jitter", &Spec::jitter, at_least(sim::Duration::zero()),
                      "Requests of a burst are spread evenly at random over this time.")};
        }
        void check(spec::Check& check) const {
            check.that(every == sim::Duration::zero() ||
                           every >= sim::Duration(std::chrono::microseconds(1)),
                       "every", "below 1us", "give at least 1us, or 0 for a single burst");
            check.that(every == sim::Duration::zero() || jitter <= every, "jitter",
                       "jitter is above every: bursts would run into each other",
                       "lower jitter, or raise every");
        }
    };

    BurstArrivals(const Spec& spec, const ArrivalPlan& plan)
        : spec_(spec), draws_(plan.draws), begins_(spec.at) {}
    Arrival next() override;

private:
    void begin_burst();

    Spec spec_;
    sim::Draws draws_;
    std::vector<sim::Duration> burst_;  // its requests, the last one first
    sim::Duration begins_;              // the next burst
    bool is_over_ = false;
};

}  // namespace models
