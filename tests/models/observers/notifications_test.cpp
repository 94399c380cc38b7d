// Alertmanager's timings, case by case, as dispatch.go and notify.go of 0.25 have them.
#include <doctest/doctest.h>

#include "models/observers/notifications.h"
#include "tests/support/alerts.h"

namespace {

using models::AlertChange;
using models::Message;
using models::RouteSpec;
using namespace std::chrono_literals;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

models::promql::Labels alert(std::string name, std::string service = "web") {
    return {{"alertname", std::move(name)}, {"service", std::move(service)}};
}

RouteSpec grouped_by(std::vector<std::string> labels) {
    RouteSpec route;
    route.group_by = std::move(labels);
    return route;
}

// "30s:2/0" is a message after 30 s about two that fire and none that is resolved.
std::string told(const RouteSpec& route, const std::vector<AlertChange>& changes,
                 std::int64_t end = kHour) {
    std::string text;
    for (const Message& each : support::notify(route, changes, end)) {
        text += (text.empty() ? "" : " ") + std::to_string(each.at_ms / kSecond) +
                "s:" + std::to_string(each.firing) + "/" + std::to_string(each.resolved);
    }
    return text;
}

}  // namespace

TEST_CASE("a new group waits for group_wait, and what came meanwhile is in one message") {
    CHECK(told(grouped_by({"service"}),
               {{0, alert("A"), true}, {10 * kSecond, alert("B"), true}}) == "30s:2/0");
}

TEST_CASE("an alert that comes later is told of at the next group_interval") {
    CHECK(told(grouped_by({"service"}),
               {{0, alert("A"), true}, {40 * kSecond, alert("B"), true}}) == "30s:1/0 330s:2/0");
}

TEST_CASE("without a common group every alert is a message") {
    const std::vector<AlertChange> changes = {{0, alert("A"), true}, {0, alert("B"), true}};
    CHECK(told(grouped_by({"alertname"}), changes) == "30s:1/0 30s:1/0");
    CHECK(told(grouped_by({"..."}), changes) == "30s:1/0 30s:1/0");
    CHECK(told(grouped_by({}), changes) == "30s:2/0");
}

TEST_CASE("an alert that is resolved before group_wait has passed is never told of") {
    CHECK(told({}, {{0, alert("A"), true}, {20 * kSecond, alert("A"), false}}) == "");
}

TEST_CASE("a resolution is told of at the next group_interval") {
    CHECK(told({}, {{0, alert("A"), true}, {40 * kSecond, alert("A"), false}}) ==
          "30s:1/0 330s:0/1");
}

TEST_CASE("what fires again within group_interval makes no message") {
    CHECK(told({}, {{0, alert("A"), true},
                    {60 * kSecond, alert("A"), false},
                    {120 * kSecond, alert("A"), true}}) == "30s:1/0");
}

TEST_CASE("what goes on firing is repeated at the first look after repeat_interval") {
    RouteSpec route;
    route.repeat_interval = 1h;
    // Looks are at 30 s and every 5 min: at 1:00:30 exactly an hour has passed, and no more.
    CHECK(told(route, {{0, alert("A"), true}}, 2 * kHour) == "30s:1/0 3930s:1/0");
    route.repeat_interval = 59min;
    CHECK(told(route, {{0, alert("A"), true}}, 2 * kHour) == "30s:1/0 3630s:1/0");
}

TEST_CASE("a group that is gone begins anew with group_wait") {
    // Resolved is told at 330 s, the group is forgotten at 360 s.
    const auto again = [](std::int64_t at) {
        return told(
            {}, {{0, alert("A"), true}, {40 * kSecond, alert("A"), false}, {at, alert("A"), true}});
    };
    CHECK(again(400 * kSecond) == "30s:1/0 330s:0/1 430s:1/0");
    CHECK(again(350 * kSecond) == "30s:1/0 330s:0/1 630s:1/0");
}

TEST_CASE("the innermost route that matches first takes an alert, unless it continues") {
    RouteSpec pager;
    pager.receiver = "pager";
    pager.matchers = {"service=web"};
    RouteSpec log;
    log.receiver = "log";
    log.matchers = {"alertname=~\"A|B\""};
    RouteSpec root;
    root.receiver = "mail";
    root.routes = {pager, log};
    const auto receivers = [&](const models::promql::Labels& labels) {
        std::string text;
        for (const Message& each : support::notify(root, {{0, labels, true}}, kHour)) {
            text += each.receiver + " ";
        }
        return text;
    };
    CHECK(receivers(alert("A")) == "pager ");
    CHECK(receivers(alert("A", "db")) == "log ");
    CHECK(receivers(alert("C", "db")) == "mail ");
    root.routes[0].goes_on = true;
    CHECK(receivers(alert("A")) == "pager log ");
    CHECK(models::receivers_of(root) == std::vector<std::string>{"mail", "pager", "log"});
}

TEST_CASE("a route inside of another has its timings, but for those of its own") {
    RouteSpec inner;
    inner.matchers = {"severity!=\"info\""};
    inner.group_wait = 10s;
    RouteSpec root;
    root.group_interval = 1min;
    root.routes = {inner};
    CHECK(told(root, {{0, alert("A"), true}, {20 * kSecond, alert("A"), false}}) ==
          "10s:1/0 70s:0/1");
}

TEST_CASE("a matcher that is none is found") {
    CHECK(models::why_no_matcher("severity=critical").empty());
    CHECK(models::why_no_matcher("severity=~\"page|critical\"").empty());
    CHECK(!models::why_no_matcher("severity").empty());
    CHECK(!models::why_no_matcher("severity=~\"(\"").empty());
}
