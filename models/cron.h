// When a scheduled job fires: cron's five fields, or Spring's six with seconds in front.
//
// "0 3 * * *" is every day at 03:00; "*/10 * * * * *" every ten seconds. Lists, ranges, steps and
// names work as in Vixie cron, and so does its rule for days: when both the day of the month and
// the day of the week are restricted, either is enough (crontab(5)).
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "models/calendar.h"
#include "models/spec/declaration/codec.h"

namespace models {

class CronSchedule {
public:
    // None, with the reason, when it is not one.
    static std::optional<CronSchedule> parse(std::string_view text, std::string& why_not);

    // The first time after this one; none when there is none for eight years.
    std::optional<CalendarTime> after(CalendarTime time) const;

    const std::string& text() const { return text_; }

private:
    bool fires_on(std::int64_t days) const;
    std::optional<std::int64_t> first_from(std::int64_t second_of_day) const;

    std::string text_ = "0 * * * *";
    std::bitset<60> seconds_{1};
    std::bitset<60> minutes_{1};
    std::bitset<24> hours_ = std::bitset<24>().set();
    std::bitset<32> days_ = std::bitset<32>().set();
    std::bitset<13> months_ = std::bitset<13>().set();
    std::bitset<7> weekdays_ = std::bitset<7>().set();  // 0 is Monday
    bool any_day_ = true;
    bool any_weekday_ = true;
};

}  // namespace models

namespace models::spec {

template <>
struct Codec<CronSchedule> : Leaf<CronSchedule> {
    static bool parse(const Cursor& cursor, CronSchedule& out);
    static Json echo(const CronSchedule& schedule);
    static Type type(Types& types);
    static CronSchedule random(Random& random, const CronSchedule& around,
                               const Limits<Unordered>&);
};

}  // namespace models::spec
