#include "models/cron.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays = {"SUN", "MON", "TUE", "WED",
                                                       "THU", "FRI", "SAT"};

struct FieldRange {
    std::string_view name;
    std::uint32_t lowest;
    std::uint32_t highest;
    std::span<const std::string_view> names = {};  // of the lowest and those that follow
};

constexpr FieldRange kSecondOfMinute = {"second", 0, 59};
constexpr FieldRange kMinute = {"minute", 0, 59};
constexpr FieldRange kHour = {"hour", 0, 23};
constexpr FieldRange kDayOfMonth = {"day of the month", 1, 31};
constexpr FieldRange kMonth = {"month", 1, 12, kMonths};
constexpr FieldRange kWeekday = {"day of the week", 0, 7, kWeekdays};

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find(mark, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

std::optional<std::uint32_t> number_of(std::string_view text, const FieldRange& range) {
    for (std::size_t i = 0; i < range.names.size(); ++i) {
        if (text == range.names[i]) return range.lowest + static_cast<std::uint32_t>(i);
    }
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (value < range.lowest || value > range.highest) return std::nullopt;
    return value;
}

// "*", "5", "1-5", "*/10", "10-50/20": one item of a field's list.
template <class Bits>
bool add_item(std::string_view item, const FieldRange& range, Bits& bits) {
    std::uint32_t step = 1;
    const std::size_t slash = item.find('/');
    if (slash != std::string_view::npos) {
        const auto written = number_of(item.substr(slash + 1), {"step", 1, 59, {}});
        if (!written) return false;
        step = *written;
        item = item.substr(0, slash);
    }
    std::optional<std::uint32_t> first = range.lowest;
    std::optional<std::uint32_t> last = range.highest;
    if (item != "*" && item != "?") {
        const std::size_t dash = item.find('-');
        first = number_of(item.substr(0, dash), range);
        last = dash != std::string_view::npos    ? number_of(item.substr(dash + 1), range)
               : slash != std::string_view::npos ? range.highest
                                                 : first;
    }
    if (!first || !last || *first > *last) return false;
    for (std::uint32_t value = *first; value <= *last; value += step) bits.set(value);
    return true;
}

template <class Bits>
bool read_field(std::string_view field, const FieldRange& range, Bits& bits, std::string& why_not) {
    bits.reset();
    for (const std::string_view item : split(field, ',')) {
        if (add_item(item, range, bits)) continue;
        why_not = fmt::format("\"{}\" is no {}", field, range.name);
        return false;
    }
    return true;
}

template <class Bits>
std::optional<std::uint32_t> next_set(const Bits& bits, std::uint32_t from) {
    for (auto i = std::size_t{from}; i < bits.size(); ++i) {
        if (bits.test(i)) return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

}  // namespace

std::optional<CronSchedule> CronSchedule::parse(std::string_view text, std::string& why_not) {
    std::vector<std::string_view> fields;
    for (const std::string_view field : split(text, ' ')) {
        if (!field.empty()) fields.push_back(field);
    }
    if (fields.size() != 5 && fields.size() != 6) {
        why_not = fmt::format("a schedule has 5 fields, or 6 with seconds, not {}", fields.size());
        return std::nullopt;
    }
    CronSchedule schedule;
    schedule.text_ = text;
    if (fields.size() == 6) {
        if (!read_field(fields[0], kSecondOfMinute, schedule.seconds_, why_not))
            return std::nullopt;
        fields.erase(fields.begin());
    }
    std::bitset<8> weekdays;  // cron's: 0 and 7 are Sunday
    const bool is_right = read_field(fields[0], kMinute, schedule.minutes_, why_not) &&
                          read_field(fields[1], kHour, schedule.hours_, why_not) &&
                          read_field(fields[2], kDayOfMonth, schedule.days_, why_not) &&
                          read_field(fields[3], kMonth, schedule.months_, why_not) &&
                          read_field(fields[4], kWeekday, weekdays, why_not);
    if (!is_right) return std::nullopt;
    schedule.weekdays_.reset();
    for (std::size_t day = 0; day < 8; ++day) {
        if (weekdays.test(day)) schedule.weekdays_.set((day + 6) % 7);
    }
    schedule.any_day_ = fields[2].starts_with('*') || fields[2].starts_with('?');
    schedule.any_weekday_ = fields[4].starts_with('*') || fields[4].starts_with('?');
    return schedule;
}

bool CronSchedule::fires_on(std::int64_t days) const {
    const CalendarDay day = day_of(days);
    if (!months_.test(day.month)) return false;
    const bool right_day = days_.test(day.day);
    const bool right_weekday = weekdays_.test(day.weekday);
    if (any_day_ || any_weekday_) return right_day && right_weekday;
    return right_day || right_weekday;
}

// The first second of a day, this one or later, at which it fires.
std::optional<std::int64_t> CronSchedule::first_from(std::int64_t second_of_day) const {
    auto second = static_cast<std::uint32_t>(second_of_day % 60);
    auto minute = static_cast<std::uint32_t>(second_of_day / 60 % 60);
    for (auto hour = next_set(hours_, static_cast<std::uint32_t>(second_of_day / 3600)); hour;
         hour = next_set(hours_, *hour + 1)) {
        if (*hour > second_of_day / 3600) second = minute = 0;
        for (auto at = next_set(minutes_, minute); at; at = next_set(minutes_, *at + 1)) {
            const auto in = next_set(seconds_, *at > minute ? 0 : second);
            if (in) return std::int64_t{*hour} * 3600 + *at * 60 + *in;
        }
    }
    return std::nullopt;
}

std::optional<CalendarTime> CronSchedule::after(CalendarTime time) const {
    constexpr int kDays = 8 * 366;  // 29 February can be eight years away
    const std::int64_t from = time.seconds + 1;
    std::int64_t day = from >= 0 ? from / kDaySeconds : (from + 1) / kDaySeconds - 1;
    std::int64_t second = from - day * kDaySeconds;
    for (int tries = 0; tries <= kDays; ++tries, ++day, second = 0) {
        if (!fires_on(day)) continue;
        if (const auto at = first_from(second)) return CalendarTime{day * kDaySeconds + *at};
    }
    return std::nullopt;
}

}  // namespace models

namespace models::spec {

bool Codec<CronSchedule>::parse(const Cursor& cursor, CronSchedule& out) {
    constexpr std::string_view kExample =
        "write \"0 3 * * *\" for every day at 03:00, or \"*/5 * * * *\" for every five minutes";
    if (cursor.text() == nullptr) return cursor.expected("a schedule", std::string(kExample));
    std::string why_not;
    auto schedule = CronSchedule::parse(*cursor.text(), why_not);
    if (!schedule) return cursor.problem(why_not, std::string(kExample));
    out = *std::move(schedule);
    return true;
}

Json Codec<CronSchedule>::echo(const CronSchedule& schedule) {
    return schedule.text();
}

Type Codec<CronSchedule>::type(Types&) {
    return text_type("cron schedule", "");
}

CronSchedule Codec<CronSchedule>::random(Random& random, const CronSchedule&,
                                         const Limits<Unordered>&) {
    std::string ignored;
    return *CronSchedule::parse(fmt::format("*/{} * * * * *", 1 + random.below(30)), ignored);
}

}  // namespace models::spec
