// How the rate goes with the hours of the day and the days of the week.
#pragma once

#include <tuple>
#include <vector>

#include "models/arrivals/rate_curve.h"
#include "models/calendar.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct HourPoint {
    static constexpr std::string_view name = "hour";
    static constexpr std::string_view doc =
        "A point of the daily profile: the rate at a time of day.";
    TimeOfDay at;
    double factor = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("at", &HourPoint::at, "The time of day."),
                          required("factor", &HourPoint::factor, at_least(0.0), at_most(1e6),
                                   "Factor on the declared rate at that time.")};
    }
};

struct Weekdays {
    static constexpr std::string_view name = "weekdays";
    static constexpr std::string_view doc = "A factor for each day of the week.";
    double monday = 1, tuesday = 1, wednesday = 1, thursday = 1, friday = 1, saturday = 1,
           sunday = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("monday", &Weekdays::monday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Mondays."),
                          param("tuesday", &Weekdays::tuesday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Tuesdays."),
                          param("wednesday", &Weekdays::wednesday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Wednesdays."),
                          param("thursday", &Weekdays::thursday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Thursdays."),
                          param("friday", &Weekdays::friday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Fridays."),
                          param("saturday", &Weekdays::saturday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Saturdays."),
                          param("sunday", &Weekdays::sunday, at_least(0.0), at_most(1e6),
                                "Factor on the rate on Sundays.")};
    }
    bool operator==(const Weekdays&) const = default;
};

struct Profile {
    static constexpr std::string_view name = "profile";
    static constexpr std::string_view doc =
        "How the rate goes with the time of day and the day of the week.";
    std::vector<HourPoint> hours;
    Weekdays weekdays;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("hours", &Profile::hours,
                  "Times of day in order; straight lines between them, and across midnight. Two "
                  "at the same time are a jump."),
            param("weekdays", &Profile::weekdays, "Factors on the rate for the days of the week.")};
    }
    void check(spec::Check& check) const;

    bool is_flat() const { return hours.empty() && weekdays == Weekdays{}; }
};

// The rate of every week, from this moment on.
RateCurve curve_of(sim::Rate rate, const Profile& profile, CalendarTime from);

}  // namespace models
