#include "models/calendar.h"

#include <fmt/format.h>

#include <chrono>

namespace models {

namespace {

// So many digits at the front of the text, which are taken away.
std::optional<std::int32_t> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    std::int32_t value = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char mark) {
    if (!text.starts_with(mark)) return false;
    text.remove_prefix(1);
    return true;
}

// "09:15" or "09:15:30", in seconds; the text is used up.
std::optional<std::int32_t> time_of_day(std::string_view text) {
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    std::int32_t seconds = 0;
    if (take(text, ':')) {
        const auto written = take_digits(text, 2);
        if (!written || *written > 59) return std::nullopt;
        seconds = *written;
    }
    if (!text.empty()) return std::nullopt;
    return *hours * 3600 + *minutes * 60 + seconds;
}

std::string clock_text(std::int64_t seconds) {
    const std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    return seconds % 60 == 0 ? text : fmt::format("{}:{:02}", text, seconds % 60);
}

}  // namespace

CalendarDay day_of(std::int64_t days) {
    const std::chrono::sys_days at{std::chrono::days(days)};
    const std::chrono::year_month_day date(at);
    // 1970-01-01 was a Thursday.
    const std::int64_t weekday = ((days + 3) % 7 + 7) % 7;
    return {static_cast<std::int32_t>(static_cast<int>(date.year())),
            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
            static_cast<std::uint32_t>(weekday)};
}

std::optional<std::int64_t> days_to(std::int32_t year, std::uint32_t month, std::uint32_t day) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count();
}

std::int64_t seconds_into_week(CalendarTime time) {
    constexpr std::int64_t kWeek = 7 * kDaySeconds;
    return ((time.seconds + 3 * kDaySeconds) % kWeek + kWeek) % kWeek;
}

std::optional<CalendarTime> calendar_time_of(std::string_view text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const auto days =
        days_to(*year, static_cast<std::uint32_t>(*month), static_cast<std::uint32_t>(*day));
    if (!days) return std::nullopt;
    if (text.empty()) return CalendarTime{*days * kDaySeconds};
    if (!take(text, ' ') && !take(text, 'T')) return std::nullopt;
    const auto clock = time_of_day(text);
    if (!clock) return std::nullopt;
    return CalendarTime{*days * kDaySeconds + *clock};
}

std::string text_of(CalendarTime time) {
    std::int64_t days = time.seconds / kDaySeconds;
    if (time.seconds % kDaySeconds < 0) --days;
    const CalendarDay day = day_of(days);
    return fmt::format("{:04}-{:02}-{:02} {}", day.year, day.month, day.day,
                       clock_text(time.seconds - days * kDaySeconds));
}

}  // namespace models

namespace models::spec {

bool Codec<CalendarTime>::parse(const Cursor& cursor, CalendarTime& out) {
    constexpr std::string_view kExample = "write \"2020-03-16 09:00\"";
    if (cursor.text() == nullptr) return cursor.expected("a date and time", std::string(kExample));
    const auto time = calendar_time_of(*cursor.text());
    if (!time) return cursor.problem("not a date and time", std::string(kExample));
    out = *time;
    return true;
}

Json Codec<CalendarTime>::echo(const CalendarTime& time) {
    return models::text_of(time);
}

Type Codec<CalendarTime>::type(Types&) {
    return text_type("date and time",
                     "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$");
}

CalendarTime Codec<CalendarTime>::random(Random& random, const CalendarTime& around,
                                         const Limits<Unordered>&) {
    return {around.seconds + static_cast<std::int64_t>(random.below(7 * kDaySeconds))};
}

bool Codec<TimeOfDay>::parse(const Cursor& cursor, TimeOfDay& out) {
    constexpr std::string_view kExample = "write \"09:15\"";
    if (cursor.text() == nullptr) return cursor.expected("a time of day", std::string(kExample));
    const auto seconds = time_of_day(*cursor.text());
    if (!seconds) return cursor.problem("not a time of day", std::string(kExample));
    out.seconds = *seconds;
    return true;
}

Json Codec<TimeOfDay>::echo(const TimeOfDay& time) {
    return clock_text(time.seconds);
}

Type Codec<TimeOfDay>::type(Types&) {
    return text_type("time of day", "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$");
}

TimeOfDay Codec<TimeOfDay>::random(Random& random, const TimeOfDay&, const Limits<Unordered>&) {
    return {static_cast<std::int32_t>(random.below(kDaySeconds))};
}

}  // namespace models::spec
