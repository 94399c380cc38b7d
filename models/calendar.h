// Date and time of day, for what depends on them: rush hours, weekends, jobs at night. There are no
// time zones: it is the local time of the people and machines in the scenario.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/spec/declaration/codec.h"
#include "sim/time.h"

namespace models {

struct CalendarTime {
    std::int64_t seconds = 1704067200;  // since 1970-01-01 00:00; 2024-01-01, a Monday

    bool operator==(const CalendarTime&) const = default;
};

inline constexpr std::int64_t kDaySeconds = 86400;

struct CalendarDay {
    std::int32_t year;
    std::uint32_t month;    // 1 to 12
    std::uint32_t day;      // 1 to 31
    std::uint32_t weekday;  // 0 is Monday
};

// Of the day, so many days after 1970-01-01.
CalendarDay day_of(std::int64_t days);
std::optional<std::int64_t> days_to(std::int32_t year, std::uint32_t month, std::uint32_t day);

// From the Monday before, at midnight.
std::int64_t seconds_into_week(CalendarTime time);

// "2020-03-16 09:00", with seconds if need be, or only the date.
std::optional<CalendarTime> calendar_time_of(std::string_view text);
std::string text_of(CalendarTime time);

// A time of day, in seconds from midnight: "09:15".
struct TimeOfDay {
    std::int32_t seconds = 0;
    bool operator==(const TimeOfDay&) const = default;
};

}  // namespace models

namespace models::spec {

template <>
struct Codec<CalendarTime> : Leaf<CalendarTime> {
    static bool parse(const Cursor& cursor, CalendarTime& out);
    static Json echo(const CalendarTime& time);
    static Type type(Types& types);
    static CalendarTime random(Random& random, const CalendarTime& around,
                               const Limits<Unordered>&);
};

template <>
struct Codec<TimeOfDay> : Leaf<TimeOfDay> {
    static bool parse(const Cursor& cursor, TimeOfDay& out);
    static Json echo(const TimeOfDay& time);
    static Type type(Types& types);
    static TimeOfDay random(Random& random, const TimeOfDay& around, const Limits<Unordered>&);
};

}  // namespace models::spec
