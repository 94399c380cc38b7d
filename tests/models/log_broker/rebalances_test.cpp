// Rebalances of a consumer group: who reads what, what brings one about, and how long it takes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/models/log_broker/group_plan.h"

using namespace groups;
using support::node;

TEST_CASE("more members than partitions: the others idle") {
    GroupPlan plan;
    plan.partitions = 3;
    plan.instances = 4;
    const sim::Recording run = play(mails(plan));
    CHECK(mail(run, "members") == 4);
    CHECK(mail(run, "idle_members") == 1);
    check_account(run);
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

TEST_CASE("the coordinator may die: the group goes on with another") {
    GroupPlan plan;
    plan.failures = R"({"kind": "crash", "target": "kafka[0]", "at": "20s", "lasts": "1h"})";
    const sim::Recording run = play(mails(plan));
    check_account(run);
    CHECK(mail(run, "unread") < 50);
    CHECK(mail(run, "missed") == 0);
    CHECK(measure(run, "kafka", "lost") == 0);
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
    // and its answer: 2 + 4 + 2 + 2 ms, and the core time of these four of a hundred members, on
    // four cores.
    constexpr double kTrips = 0.010;
    constexpr double kRequests = 4 * 100 * 100e-6 / 4;
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

// Each offset that is committed is a record of the coordinator's, so what a group hands over takes
// the time of as many: five of six members commit all they have, on one core.
TEST_CASE("a rebalance takes as many records as there are partitions to hand over") {
    const auto time_of = [](int partitions, const std::string& record_time) {
        GroupPlan plan;
        plan.partitions = partitions;
        plan.instances = 6;
        plan.rate = "60/s";
        plan.group = R"(, "commit_interval": "1h", "session_timeout": "2s",
                        "heartbeat_interval": "200ms", "max_poll_records": 1)";
        plan.failures = R"({"kind": "crash", "target": "mailer[5]", "at": "30s", "lasts": "1h"})";
        const sim::Recording run = play(
            mails(plan), 1,
            {"nodes.kafka.cores=1", "run.warm_up=10s", "nodes.kafka.record_time=" + record_time});
        check_account(run);
        CHECK(mail(run, "rebalances") == 1);
        return mail(run, "rebalance_time");
    };
    // 100 offsets and 5, of 4 ms; when members hear of it differs by a heartbeat's interval. Half
    // of the core is for others at most.
    const double more = time_of(120, "4ms") - time_of(6, "4ms");
    CHECK(more > 95 * 0.004 - 0.2);
    CHECK(more < 95 * 0.004 / 0.5 + 0.2);
    CHECK(std::abs(time_of(120, "1us") - time_of(6, "1us")) < 0.2 + 0.02);
}
