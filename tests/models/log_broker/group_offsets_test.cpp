// Where a consumer group begins to read, by itself and by hand.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/models/log_broker/group_plan.h"

using namespace groups;

TEST_CASE("a group that begins with the latest never reads what was before") {
    GroupPlan plan;
    plan.group = R"(, "auto_offset_reset": "latest")";
    const sim::Recording run = play(mails(plan));
    // One second at 200/s until it has its partitions.
    CHECK(mail(run, "handled") == doctest::Approx(200 * 59).epsilon(0.005));
}

// Of 200 a second from 30 s of the run on, or back to it, the group reads again what was kept.
TEST_CASE("a group whose offsets are reset reads again, or leaves out") {
    GroupPlan plan;
    const auto again = [&](const std::string& reset) {
        plan.group = fmt::format(R"(, "reset_offsets": [{{"at": "30s", {}}}])", reset);
        const sim::Recording run = play(mails(plan));
        check_account(run);
        CHECK(mail(run, "unread") < 20);
        CHECK(mail(run, "rebalances") == 2);
        return run;
    };
    // What was published before the members were stopped: 200 * 30, but for what is on its way.
    const double all = mail(again(R"("to": "earliest")"), "handled_again");
    CHECK(all == doctest::Approx(200 * 30).epsilon(0.001));
    const double last = mail(again(R"("by_duration": "10s")"), "handled_again");
    CHECK(last == doctest::Approx(200 * 10).epsilon(0.02));
    // Members handle what they have before they go, so nothing was unread then.
    const sim::Recording latest = again(R"("to": "latest")");
    CHECK(mail(latest, "handled_again") == 0);
    CHECK(mail(latest, "missed") < 50);
}

TEST_CASE("offsets are reset when the coordinator has gone, too, and not while members are there") {
    GroupPlan plan;
    plan.failures = R"({"kind": "crash", "target": "kafka[0]", "at": "29s", "lasts": "1h"},
                       {"kind": "crash", "target": "mailer[1]", "at": "29s", "lasts": "20s"})";
    plan.group = R"(, "reset_offsets": [{"at": "30s", "to": "earliest"}], "session_timeout": "6s",
                    "heartbeat_interval": "1s")";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    // What was handled before the crash, but for what was on its way.
    CHECK(mail(run, "handled_again") >= 200 * 29 - 5);
    CHECK(mail(run, "unread") < 50);
    CHECK(mail(run, "members") == 3);
}

TEST_CASE("a group that comes later reads from the beginning, unless that is the latest") {
    GroupPlan plan;
    plan.group = R"(, "starts_at": "30s")";
    const sim::Recording first = play(mails(plan));
    check_account(first);
    CHECK(mail(first, "handled") >= 200 * 60 - 5);
    CHECK(mail(first, "lag_peak") >= 200 * 30);
    plan.group = R"(, "starts_at": "30s", "auto_offset_reset": "latest")";
    const sim::Recording last = play(mails(plan));
    // A second until it has its partitions.
    CHECK(mail(last, "handled") == doctest::Approx(200 * 29).epsilon(0.005));
}
