#include "models/clients/profile.h"

#include <algorithm>
#include <array>

namespace models {

namespace {

struct Point {
    double at;  // seconds from midnight
    double factor;
};

std::array<double, 7> factors_of(const Weekdays& days) {
    return {days.monday, days.tuesday,  days.wednesday, days.thursday,
            days.friday, days.saturday, days.sunday};
}

// From midnight to midnight; the ends lie on the line from the last point to the next day's first.
std::vector<Point> day_of_points(const std::vector<HourPoint>& hours) {
    constexpr auto kDay = static_cast<double>(kDaySeconds);
    if (hours.empty()) return {{0, 1}, {kDay, 1}};
    std::vector<Point> points;
    for (const HourPoint& hour : hours) {
        points.push_back({static_cast<double>(hour.at.seconds), hour.factor});
    }
    const Point& first = points.front();
    const Point& last = points.back();
    const double night = first.at + kDay - last.at;
    const double share = night > 0 ? (kDay - last.at) / night : 0;
    const double midnight = last.factor + (first.factor - last.factor) * share;
    points.insert(points.begin(), {0, midnight});
    points.push_back({kDay, midnight});
    return points;
}

}  // namespace

void Profile::check(spec::Check& check) const {
    double highest = hours.empty() ? 1 : 0;
    for (const HourPoint& hour : hours) highest = std::max(highest, hour.factor);
    check.that(highest > 0, "hours", "all the factors are zero");
    check.that(
        std::ranges::is_sorted(hours, {}, [](const HourPoint& hour) { return hour.at.seconds; }),
        "hours", "the times are not in order");
    const auto days = factors_of(weekdays);
    check.that(*std::ranges::max_element(days) > 0, "weekdays", "all the factors are zero");
}

RateCurve curve_of(sim::Rate rate, const Profile& profile, CalendarTime from) {
    const std::vector<Point> points = day_of_points(profile.hours);
    std::vector<RateCurve::Line> lines;
    for (const double day : factors_of(profile.weekdays)) {
        const double scale = rate.per_second * day;
        for (std::size_t i = 0; i + 1 < points.size(); ++i) {
            lines.push_back({points[i + 1].at - points[i].at, scale * points[i].factor,
                             scale * points[i + 1].factor});
        }
    }
    return {lines, 0, RateCurve::After::repeats, static_cast<double>(seconds_into_week(from))};
}

}  // namespace models
