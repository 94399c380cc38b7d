// Consumer groups: what a crash does to what was under way, what is given up, and what is
// reckoned.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/models/log_broker/group_plan.h"

using namespace groups;

TEST_CASE("a group handles each record once, soon, and shares the partitions out") {
    const sim::Recording run = play(mails({}));
    check_account(run);
    CHECK(mail(run, "handled") >= 200 * 60 - 5);
    CHECK(mail(run, "handled_again") == 0);
    CHECK(mail(run, "rebalances") == 1);
    CHECK(mail(run, "members") == 3);
    CHECK(mail(run, "idle_members") == 0);
}

TEST_CASE("two groups each get every record") {
    GroupPlan plan;
    plan.more_nodes = R"(, "stock": {"kind": "consumer_group", "topics": ["kafka.orders"],
        "handler": "stocker.take", "initial_rebalance_delay": "0s"},
        "stocker": {"kind": "server", "endpoints": {"take": [{"work": "1ms"}]}})";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    CHECK(measure(run, "stock", "handled") >= 200 * 60 - 5);
    CHECK(mail(run, "handled") >= 200 * 60 - 5);
}

// 200 records a second, each 10 ms of a member that does one at a time: two members are needed.
TEST_CASE("lag grows by what members do not get done, as many of them as have a partition") {
    GroupPlan plan;
    plan.work = "10ms";
    plan.rate = "150/s";
    plan.instances = 1;
    const sim::Recording one = play(mails(plan));
    // 50 a second for 60 s, and 1 s of 150 until it has its partitions; commits come every 5 s.
    CHECK(mail(one, "unread") == doctest::Approx(50 * 59 + 150).epsilon(0.02));
    check_account(one);
    plan.instances = 2;
    const sim::Recording two = play(mails(plan));
    CHECK(mail(two, "unread") < 20);
    plan.partitions = 1;
    const sim::Recording of_one_partition = play(mails(plan));
    CHECK(mail(of_one_partition, "unread") == doctest::Approx(mail(one, "unread")).epsilon(0.02));
}

// Three members, each with 500 records of a poll at most; one dies with its process.
TEST_CASE("a crash between commit and work loses, between work and commit doubles") {
    GroupPlan plan;
    plan.work = "10ms";
    plan.rate = "320/s";
    plan.failures = R"({"kind": "crash", "target": "mailer[0]", "at": "30s", "lasts": "2s"})";
    plan.group = R"(, "session_timeout": "6s", "heartbeat_interval": "1s", "commit": "before")";
    const sim::Recording before = play(mails(plan));
    check_account(before);
    CHECK(mail(before, "missed") > 0);
    CHECK(mail(before, "handled_again") == 0);
    for (const std::string commit : {"after", "each", "interval"}) {
        CAPTURE(commit);
        plan.group = fmt::format(
            R"(, "session_timeout": "6s", "heartbeat_interval": "1s", "commit": "{}")", commit);
        const sim::Recording after = play(mails(plan));
        check_account(after);
        CHECK(mail(after, "missed") == 0);
        if (commit == "each") {
            CHECK(mail(after, "handled_again") <= 1);
        } else {
            CHECK(mail(after, "handled_again") > 0);
        }
        CHECK(mail(after, "sessions_expired") == 1);
    }
}

TEST_CASE("a record whose handler fails holds up what is behind it, unless it is given up") {
    GroupPlan plan;
    plan.partitions = 1;
    plan.mailer = R"(, "threads": 10)";
    plan.work = R"(1ms"}, {"fail": "100%)";
    const sim::Recording stuck = play(mails(plan));
    check_account(stuck);
    CHECK(mail(stuck, "handled") == 0);
    CHECK(mail(stuck, "unread") >= 200 * 60 - 10);
    plan.group = R"(, "retries": 2, "retry_backoff": "0s")";
    const sim::Recording skipping = play(mails(plan));
    check_account(skipping);
    CHECK(mail(skipping, "skipped") > 200 * 55);
    CHECK(mail(skipping, "failed_attempts") >= 3 * mail(skipping, "skipped"));
}

TEST_CASE("given up records go to the dead letter topic, and others read that") {
    GroupPlan plan;
    plan.work = R"(1ms"}, {"fail": "10%)";
    plan.group = R"(, "retries": 0, "dead_letter": "kafka.dead")";
    plan.topic = R"(}, "dead": {"partitions": 1)";
    plan.more_nodes = R"(, "care": {"kind": "consumer_group", "topics": ["kafka.dead"],
        "handler": "desk.look"},
        "desk": {"kind": "server", "endpoints": {"look": [{"work": "1ms"}]}})";
    const sim::Recording run = play(mails(plan));
    // A tenth of 12,000, to four standard deviations of 33.
    CHECK(mail(run, "dead_lettered") == doctest::Approx(1200).epsilon(0.11));
    CHECK(measure(run, "care", "handled") >= mail(run, "dead_lettered") - 5);
    CHECK(measure(run, "kafka", "published") ==
          mail(run, "handled") + 2 * mail(run, "dead_lettered") + mail(run, "unread"));
}

TEST_CASE("what retention deletes before it is read is reckoned as that") {
    GroupPlan plan;
    plan.work = "10ms";
    plan.instances = 1;
    plan.topic = R"(, "retention": "3s", "segment_time": "1s")";
    plan.more = "";
    const sim::Recording run = play(mails(plan), 1, {"nodes.kafka.retention_check_interval=1s"});
    check_account(run);
    CHECK(mail(run, "expired_unread") > 1000);
}

TEST_CASE("lag is what an autoscaler can read") {
    GroupPlan plan;
    plan.instances = 1;
    plan.work = "10ms";
    plan.rate = "250/s";
    plan.measure = "5min";
    plan.mailer = R"(, "autoscaler": {"kind": "keda", "queue": "mail", "reading": "lag",
        "lag_threshold": 300, "min_replica_count": 1, "max_replica_count": 6})";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    CHECK(mail(run, "members") >= 3);
    CHECK(mail(run, "rebalances") >= 2);
    CHECK(mail(run, "unread") < 2000);
}

// The bank is away for 20 s. With its breaker open, members try ten records every 5 s.
TEST_CASE("a breaker pauses the members while what they call is dead, and nothing is lost") {
    GroupPlan plan;
    plan.rate = "50/s";
    plan.work = R"(1ms"}, {"call": "bank", "name": "pay)";
    plan.more_nodes = R"(, "bank": {"kind": "server", "endpoints": {"pay": [{"work": "1ms"}]}})";
    plan.failures = R"({"kind": "crash", "target": "bank", "at": "20s", "lasts": "20s"})";
    const auto failed = [&](const std::string& group) {
        plan.group = group;
        const sim::Recording run = play(mails(plan));
        check_account(run);
        CHECK(mail(run, "handled") >= 50 * 60 - 10);
        CHECK(mail(run, "handled_again") == 0);
        CHECK(mail(run, "poll_timeouts") == 0);
        CHECK((mail(run, "breaker_opened") > 0) == (group.find("breaker") != std::string::npos));
        return mail(run, "failed_attempts");
    };
    const double at_once = failed(R"(, "retry_backoff": "10ms")");
    const double later = failed(R"(, "retry_backoff": "10ms", "backoff_multiplier": 1.2)");
    const double paused = failed(R"(, "retry_backoff": "10ms", "backoff_multiplier": 1.2,
        "max_poll_interval": "10s", "circuit_breaker": {"sliding_window_size": 10,
            "minimum_number_of_calls": 10, "wait_duration_in_open_state": "5s",
            "permitted_number_of_calls_in_half_open_state": 2})");
    // Three members, 20 s, 12 ms each; then half of ten, and two for each 5 s.
    CHECK(at_once > 3 * 20 / 0.013);
    CHECK(later < at_once);
    CHECK(paused < later);
    CHECK(paused <= 10 + 2 * 5);
}
