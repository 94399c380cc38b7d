// Calendars, profiles of the week and cron schedules.
#include <doctest/doctest.h>

#include "models/clients/profile.h"
#include "models/cron.h"
#include "tests/support/play.h"

namespace {

using models::CalendarTime;

CalendarTime at(const char* text) {
    const auto time = models::calendar_time_of(text);
    REQUIRE_MESSAGE(time.has_value(), text);
    return *time;
}

std::string next(const char* schedule, const char* after) {
    std::string why_not;
    const auto cron = models::CronSchedule::parse(schedule, why_not);
    REQUIRE_MESSAGE(cron.has_value(), why_not);
    const auto time = cron->after(at(after));
    return time ? models::text_of(*time) : "never";
}

std::string problems_of(const std::string& nodes, const std::string& run = "{}") {
    return models::load({"test.json", {}, {}, R"({"run": )" + run + R"(, "nodes": {"db": {"kind":
        "database"}, )" + nodes + "}}"})
        .problems.render();
}

}  // namespace

TEST_CASE("dates and weekdays") {
    CHECK(models::text_of(at("2020-03-16 09:00")) == "2020-03-16 09:00");
    CHECK(models::text_of(at("2020-02-29T23:59:59")) == "2020-02-29 23:59:59");
    CHECK(models::text_of(at("1969-12-31 23:00")) == "1969-12-31 23:00");
    CHECK(models::text_of(CalendarTime{}) == "2024-01-01 00:00");
    CHECK(models::seconds_into_week(at("2020-03-16 09:00")) == 9 * 3600);  // a Monday
    CHECK(models::seconds_into_week(at("2020-03-15")) == 6 * 86400);       // the Sunday before
    for (const char* wrong : {"2020-13-01", "2021-02-29", "2020-3-1", "09:00", "2020-03-16 24:00",
                              "2020-03-16 09:00x", "", "2020-03-16 0900"}) {
        CHECK_MESSAGE(!models::calendar_time_of(wrong), wrong);
    }
}

TEST_CASE("the rate follows hours and weekdays, from any moment of the week") {
    models::Profile profile;
    profile.hours = {{{6 * 3600}, 0}, {{9 * 3600}, 3}, {{9 * 3600}, 1}, {{18 * 3600}, 1}};
    profile.weekdays.saturday = 0.5;
    profile.weekdays.sunday = 0;
    const sim::Rate rate{10};
    // A day: 3 h up to 3, nine hours of 1, twelve hours down to 0 across midnight.
    const double day = 10 * 3600.0 * (3 * 1.5 + 9 + 12 * 0.5);
    const auto monday = models::curve_of(rate, profile, at("2020-03-16"));
    CHECK(monday.events_by(86400) == doctest::Approx(day));
    CHECK(monday.events_by(7 * 86400.0) == doctest::Approx(5.5 * day));
    CHECK(monday.events_by(70 * 86400.0) == doctest::Approx(55 * day));
    const auto rush = models::curve_of(rate, profile, at("2020-03-16 06:00"));
    CHECK(rush.events_by(3 * 3600) == doctest::Approx(10 * 3600 * 4.5));
    CHECK(rush.events_by(12 * 3600) == doctest::Approx(10 * 3600 * 13.5));
    const auto sunday = models::curve_of(rate, profile, at("2020-03-15 12:00"));
    CHECK(sunday.events_by(12 * 3600) == doctest::Approx(0).epsilon(1e-9));
    CHECK(sunday.time_of(1) > 12 * 3600);
}

TEST_CASE("schedules fire when cron's do") {
    CHECK(next("0 3 * * *", "2020-03-16 02:59:59") == "2020-03-16 03:00");
    CHECK(next("0 3 * * *", "2020-03-16 03:00") == "2020-03-17 03:00");
    CHECK(next("*/15 9-17 * * MON-FRI", "2020-03-13 17:45") == "2020-03-16 09:00");
    CHECK(next("*/15 9-17 * * 1-5", "2020-03-16 09:00") == "2020-03-16 09:15");
    CHECK(next("0 0 29 2 *", "2020-02-29") == "2024-02-29 00:00");
    CHECK(next("0 0 31 4 *", "2020-01-01") == "never");
    CHECK(next("30 4 1,15 * 5", "2020-03-02") == "2020-03-06 04:30");  // either day is enough
    CHECK(next("30 4 1,15 * FRI", "2020-03-13 05:00") == "2020-03-15 04:30");
    CHECK(next("0 12 * * 7", "2020-03-16") == "2020-03-22 12:00");  // 7 is Sunday, too
    CHECK(next("0 12 * * 0", "2020-03-16") == "2020-03-22 12:00");
    CHECK(next("*/10 * * * * *", "2020-03-16 23:59:51") == "2020-03-17 00:00");  // with seconds
    CHECK(next("5/20 * * * *", "2020-03-16 08:05") == "2020-03-16 08:25");
    CHECK(next("0 0 1 JAN ?", "2020-03-16") == "2021-01-01 00:00");
}

TEST_CASE("what is no schedule, date or time of day is said") {
    std::string why_not;
    for (const char* wrong :
         {"", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
          "a * * * *", "5-1 * * * *", "*/0 * * * *", "1, * * * *", "* * * * * * *", "-1 * * * *"}) {
        CHECK_MESSAGE(!models::CronSchedule::parse(wrong, why_not), wrong);
        CHECK(!why_not.empty());
    }
    const auto has = [](const std::string& text, const char* part) {
        CHECK_MESSAGE(text.find(part) != std::string::npos, text);
    };
    has(problems_of(R"("j": {"kind": "jobs", "schedule": "99 * * * *", "calls": "db"})"),
        "\"99\" is no minute");
    has(problems_of(R"("c": {"kind": "users", "calls": "db"})", R"({"starts": "yesterday"})"),
        "not a date and time");
    const std::string client = R"("c": {"kind": "open_loop", "rate": "1/s", "calls": "db", )";
    has(problems_of(client + R"("profile": {"hours": [{"at": "25:00", "factor": 1}]}})"),
        "not a time of day");
    has(problems_of(client + R"("profile": {"hours": [{"at": "09:00", "factor": 1},
        {"at": "08:00", "factor": 1}]}})"),
        "not in order");
    has(problems_of(client + R"("profile": {"hours": [{"at": "09:00", "factor": 0}]}})"),
        "all the factors are zero");
    has(problems_of(client + R"("profile": {"hours": [{"at": "09:00", "factor": 2}]},
        "stages": [{"target": "1/s", "duration": "1s"}]})"),
        "cannot both say");
}

TEST_CASE("jobs fire on every instance that is up, or once") {
    const std::string text =
        R"({"run": {"measure": "10min", "starts": "2020-03-16 02:58"}, "nodes": {
        "jobs": {"kind": "jobs", "schedule": "*/5 * * * *", "calls": "app.report"},
        "app": {"kind": "server", "replicas": 3, "endpoints": {"report": [{"wait": "1s"}]}}},
        "failures": [{"kind": "crash", "target": "app", "at": "0s", "lasts": "4min",
                      "instances": 1}]})";
    const auto each = support::play(text);
    CHECK(support::node(each, "jobs").totals.offered == 5);  // 03:00 on two, 03:05 on three
    CHECK(support::node(each, "app").totals.offered == 5);
    CHECK(!support::node(each, "jobs").is_client);
    const auto once = support::play(text, 1, {"nodes.jobs.on_each_instance=false"});
    CHECK(support::node(once, "jobs").totals.offered == 2);
}
