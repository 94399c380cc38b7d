// Consumer groups: who reads what, what a crash does to what was under way, and what is reckoned.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct GroupPlan {
    int partitions = 6;
    int instances = 3;
    std::string work = "1ms";
    std::string group{};
    std::string rate = "200/s";
    std::string topic{};
    std::string mailer{};
    std::string failures{};
    std::string measure = "60s";
    std::string more_nodes{};
    std::string more{};
};

std::string mails(const GroupPlan& plan) {
    return fmt::format(R"({{"run": {{"measure": "{}"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "shop.order", "rate": "{}", "arrivals": "constant",
                     "population": {{"keys": {{"kind": "in_turn", "count": 600}}}}}},
        "shop": {{"kind": "server", "threads": 10000, "endpoints": {{"order": [{{"publish": "kafka.orders"}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{"partitions": {}{}}}}}}},
        "mail": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "mailer.send",
                  "initial_rebalance_delay": "1s"{}}},
        "mailer": {{"kind": "server", "replicas": {}{},
                    "endpoints": {{"send": [{{"work": "{}"}}]}}}}{}}},
        "failures": [{}]{}}})",
                       plan.measure, plan.rate, plan.partitions, plan.topic, plan.group,
                       plan.instances, plan.mailer, plan.work, plan.more_nodes, plan.failures,
                       plan.more);
}

double mail(const sim::Recording& run, const std::string& name) {
    return measure(run, "mail", name);
}

// What producers were told against what the group has written down, record by record.
void check_account(const sim::Recording& run) {
    CHECK(measure(run, "kafka", "published") ==
          mail(run, "handled") + mail(run, "skipped") + mail(run, "dead_lettered") +
              mail(run, "missed") + mail(run, "unread") + mail(run, "expired_unread") +
              measure(run, "kafka", "lost"));
}

}  // namespace

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

TEST_CASE("more members than partitions: the others idle") {
    GroupPlan plan;
    plan.partitions = 3;
    plan.instances = 4;
    const sim::Recording run = play(mails(plan));
    CHECK(mail(run, "members") == 4);
    CHECK(mail(run, "idle_members") == 1);
    check_account(run);
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

TEST_CASE("the partitions of who is not heard of go to the others after a session") {
    GroupPlan plan;
    plan.group =
        R"(, "session_timeout": "6s", "heartbeat_interval": "2s", "max_poll_interval": "20s")";
    plan.failures = R"({"kind": "crash", "target": "mailer[0]", "at": "20s", "lasts": "1h"})";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    CHECK(mail(run, "sessions_expired") == 1);
    CHECK(mail(run, "members") == 2);
    CHECK(mail(run, "unread") < 50);
    CHECK(mail(run, "rebalances") == 2);
}

TEST_CASE("who does not poll in time leaves, and its records are handled again by another") {
    GroupPlan plan;
    plan.work = "100ms";
    plan.rate = "12/s";
    plan.partitions = 3;
    plan.group = R"(, "max_poll_interval": "5s", "heartbeat_interval": "1s")";
    // Twenty times slower for a while: two records take 4 s, a poll of five 10 s.
    plan.failures =
        R"({"kind": "slow", "target": "mailer[0]", "factor": 20, "at": "15s", "lasts": "20s"})";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    CHECK(mail(run, "poll_timeouts") >= 1);
    CHECK(mail(run, "handled_again") >= 1);
    CHECK(mail(run, "missed") == 0);
}

TEST_CASE("an eager rebalance stops all, a cooperative one only what moves") {
    GroupPlan plan;
    plan.instances = 2;
    plan.mailer =
        R"(, "autoscaler": {"kind": "scheduled", "steps": [{"at": "30s", "replicas": 3}]})";
    plan.mailer = "";
    plan.failures = R"({"kind": "crash", "target": "mailer[1]", "at": "20s", "lasts": "1h"})";
    plan.group = R"(, "session_timeout": "6s", "heartbeat_interval": "2s", "assignor": "sticky")";
    const sim::Recording eager = play(mails(plan));
    plan.group =
        R"(, "session_timeout": "6s", "heartbeat_interval": "2s", "assignor": "cooperative-sticky")";
    const sim::Recording cooperative = play(mails(plan));
    check_account(eager);
    check_account(cooperative);
    const auto pauses = [](const sim::Recording& run) {
        for (const sim::Measure& each : node(run, "mail").measures) {
            if (each.name == "pause") return each.spread->count();
        }
        return std::uint64_t{0};
    };
    // At the start both, and the one that is left once more.
    CHECK(pauses(eager) == 3);
    CHECK(pauses(cooperative) == 2);
    CHECK(mail(cooperative, "unread") < 50);
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

TEST_CASE("a group that begins with the latest never reads what was before") {
    GroupPlan plan;
    plan.group = R"(, "auto_offset_reset": "latest")";
    const sim::Recording run = play(mails(plan));
    // One second at 200/s until it has its partitions.
    CHECK(mail(run, "handled") == doctest::Approx(200 * 59).epsilon(0.005));
}

TEST_CASE("the coordinator may die: the group goes on with another") {
    GroupPlan plan;
    plan.failures = R"({"kind": "crash", "target": "kafka[0]", "at": "20s", "lasts": "1h"})";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    CHECK(mail(run, "unread") < 50);
    CHECK(mail(run, "missed") == 0);
    CHECK(measure(run, "kafka", "lost") == 0);
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

// 1,000 partitions on 50 brokers and a hundred members, one of which dies. All others learn of it
// by their next heartbeat, that is within the interval and the way there and back; then an idle
// member commits, joins, and waits for the last to join; the leader of the group says who has what.
TEST_CASE("a rebalance of a hundred members takes a heartbeat, the poll at hand and round trips") {
    const auto slowest = [](const std::string& beat, const std::string& work) {
        const sim::Recording run = play(fmt::format(
            R"({{"run": {{"measure": "25s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "shop.order", "rate": "100/s"}},
        "shop": {{"kind": "server", "threads": 10000, "endpoints": {{"order": [{{"publish": "kafka.orders", "key": "item"}}]}}}},
        "kafka": {{"kind": "kafka", "brokers": 50, "topics": {{"orders": {{"partitions": 1000}}}}}},
        "mail": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "mailer.send",
                  "assignor": "range", "initial_rebalance_delay": "1s", "session_timeout": "6s",
                  "heartbeat_interval": "{}"}},
        "mailer": {{"kind": "server", "replicas": 100, "endpoints": {{"send": [{{"work": "{}"}}]}}}}}},
        "network": {{"regions": {{"here": {{"zones": ["a"]}}}}, "same_zone": {{"latency": "1ms"}},
            "to_users": {{"latency": "1ms"}},
            "placement": {{"shop": ["a"], "kafka": ["a"], "mailer": ["a"]}}}},
        "failures": [{{"kind": "crash", "target": "mailer[7]", "at": "8s", "lasts": "1h"}}]}})",
            beat, work));
        check_account(run);
        CHECK(mail(run, "members") == 99);
        CHECK(mail(run, "rebalances") == 2);
        for (const sim::Measure& each : node(run, "mail").measures) {
            if (each.name == "rebalance_time") return sim::seconds(each.spread->max());
        }
        return 0.0;
    };
    // Heartbeat there and back, its commit there, to the followers and back, join, its answer, sync
    // and its answer: 2 + 4 + 2 + 2 ms, and the core time of a hundred requests.
    constexpr double kTrips = 0.010;
    constexpr double kRequests = 100 * 100e-6;
    const double quick = slowest("1s", "1ms");
    CHECK(quick > kTrips / 2);
    CHECK(quick <= 1 + 0.001 + kTrips + kRequests);
    const double slow = slowest("4s", "1ms");
    CHECK(slow > 1 + 0.001 + kTrips + kRequests);
    CHECK(slow <= 4 + 0.001 + kTrips + kRequests);
}

// Nothing fails here, and yet processes end: who is stopped hands back what it has not begun, and
// says so, and who comes gets its share with the next rebalance, a heartbeat and a poll away.
TEST_CASE("a rollout loses nothing, doubles nothing, and holds nobody up") {
    for (const char* const assignor : {"range", "cooperative-sticky"}) {
        CAPTURE(assignor);
        GroupPlan plan;
        plan.work = "10ms";
        plan.group = fmt::format(R"(, "assignor": "{}")", assignor);
        plan.mailer = R"(, "lifecycle": {"start_time": "2s"}, "rollouts": [{"at": "20s"}])";
        const sim::Recording run = play(mails(plan));
        check_account(run);
        CHECK(mail(run, "handled_again") == 0);
        CHECK(mail(run, "missed") == 0);
        CHECK(mail(run, "sessions_expired") == 0);
        CHECK(mail(run, "members") == 3);
        CHECK(mail(run, "idle_members") == 0);
        // 200 records a second, a heartbeat each 3 s, and three times two rebalances of that kind.
        CHECK(mail(run, "rebalance_time") < 4);
        CHECK(mail(run, "unread") < 200);
    }
}
