// Requests at the times of a schedule.
#pragma once

#include <tuple>

#include "models/arrivals/arrival_process.h"
#include "models/cron.h"
#include "models/spec/declaration/spec.h"

namespace models {

class CronArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "cron";
        static constexpr std::string_view doc =
            "Arrivals at the times of a cron schedule; `rate` is not used.";
        static constexpr bool has_own_times = true;
        CronSchedule schedule;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("schedule", &Spec::schedule,
                                    "Cron schedule: minute, hour, day, month, day of the week; or "
                                    "six fields, with seconds in front.")};
        }
    };

    CronArrivals(const Spec& spec, const ArrivalPlan& plan)
        : schedule_(spec.schedule), starts_(plan.starts), last_{plan.starts.seconds - 1} {}

    Arrival next() override {
        const auto at = schedule_.after(last_);
        if (!at) return Arrival::never();
        last_ = *at;
        return {std::chrono::seconds(at->seconds - starts_.seconds), true, nullptr};
    }

private:
    CronSchedule schedule_;
    CalendarTime starts_;
    CalendarTime last_;
};

}  // namespace models
