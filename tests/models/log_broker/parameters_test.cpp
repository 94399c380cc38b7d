// What each parameter does of which no other test here says it, as far as it can be derived.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

using KafkaSets = std::vector<std::string>;

// 100 records a second by way of 1 ms to one partition, and one member that reads them.
constexpr const char* kKafkaSystem = R"({"run": {"measure": "60s"}, "nodes": {
    "clients": {"kind": "open_loop", "calls": "app.put", "rate": "100/s", "arrivals": "constant"},
    "app": {"kind": "server", "threads": 10000, "memory": "64GiB",
            "endpoints": {"put": [{"publish": "kafka.orders"}]}},
    "kafka": {"kind": "kafka", "topics": {"orders": {}}},
    "mail": {"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "mailer.send",
             "initial_rebalance_delay": "0s"},
    "mailer": {"kind": "server", "endpoints": {"send": [{"work": "1ms"}]}}},
    "network": {"regions": {"here": {"zones": ["a"]}}, "same_zone": {"latency": "1ms"},
        "to_users": {"latency": "1ms"},
        "placement": {"app": ["a"], "kafka": ["a"], "mailer": ["a"]}}})";

sim::Recording run_with(const KafkaSets& sets) {
    return support::play(kKafkaSystem, 1, sets);
}
double kafka_with(const KafkaSets& sets, const std::string& name) {
    return measure(run_with(sets), "kafka", name);
}
double group_with(const KafkaSets& sets, const std::string& name) {
    return measure(run_with(sets), "mail", name);
}
sim::Duration slowest_publish(const KafkaSets& sets) {
    const sim::Recording run = run_with(sets);
    for (const sim::Measure& each : node(run, "kafka").measures) {
        if (each.name == "publish_time") return each.spread->max();
    }
    FAIL("no publish_time");
    return {};
}
std::string broker_suffers(const std::string& kind, int broker, const std::string& at,
                           const std::string& lasts) {
    return fmt::format(
        R"(failures=[{{"kind": "{}", "target": "kafka[{}]", "at": "{}", "lasts": "{}"}}])", kind,
        broker, at, lasts);
}
std::string publish_with(const std::string& parameter) {
    return "nodes.app.endpoints.put.0." + parameter;
}

}  // namespace

TEST_CASE("core time of brokers is what a record waits for, and cores are what it is done by") {
    const KafkaSets none = {"nodes.kafka.request_time=0s", "nodes.kafka.record_time=0s"};
    const double way = sim::seconds(slowest_publish(none));
    const auto more = [&](const std::string& request, const std::string& record) {
        return sim::seconds(slowest_publish({"nodes.kafka.request_time=" + request,
                                             "nodes.kafka.record_time=" + record,
                                             "nodes.clients.rate=10/s", "nodes.kafka.cores=64"})) -
               way;
    };
    // The leader's share of the produce request; the followers' next fetches are asked before.
    CHECK(more("0s", "5ms") == doctest::Approx(0.005).epsilon(0.01));
    CHECK(more("5ms", "0s") >= 0.005);
    // Each of 100 requests a second takes 15 ms: more than a core can do, and less than four. A
    // connection's batches are worked on one after the other, so there are two producers.
    const KafkaSets slow = {"nodes.kafka.record_time=15ms", "nodes.app.replicas=2"};
    CHECK(slowest_publish(slow) < std::chrono::milliseconds(60));
    CHECK(kafka_with({"nodes.kafka.record_time=15ms", "nodes.kafka.cores=1"}, "published") <
          60 / 0.015 + 1);
}

TEST_CASE("a broker costs its price, and so many brokers so many times that") {
    // 1 USD an hour, for a minute.
    const KafkaSets priced = {"nodes.kafka.price=$1/h"};
    const double three = node(run_with(priced), "kafka").cost_usd;
    CHECK(three == doctest::Approx(3.0 / 60));
    CHECK(node(run_with({priced[0], "nodes.kafka.brokers=5"}), "kafka").cost_usd ==
          doctest::Approx(5.0 / 60));
}

TEST_CASE("small fetches of followers and members are more requests") {
    const KafkaSets batches = {publish_with("linger=1s"), publish_with("batch_size=1MiB"),
                               publish_with("fire_and_forget=true")};
    const auto requests = [&](const std::string& more) {
        KafkaSets sets = batches;
        if (!more.empty()) sets.push_back(more);
        const sim::Recording run = run_with(sets);
        double all = 0;
        for (const auto& each : node(run, "kafka").machines) {
            all += static_cast<double>(each.requests);
        }
        return all;
    };
    const double large = requests("");
    // 5,900 records and more, each fetched by itself: by two followers; by one member.
    CHECK(requests("nodes.kafka.replica_fetch_bytes=1B") > large + 2 * 5500);
    CHECK(requests("nodes.mail.fetch_bytes=1B") > large + 5500);
}

// What the leader has waits until the follower that is cut off is out of sync: looked at each half
// of replica_lag_time, so after one to one and a half of it.
TEST_CASE("replica_lag_time is how long a lost follower holds up acknowledgements") {
    for (const int seconds : {4, 10}) {
        CAPTURE(seconds);
        const double waited = sim::seconds(slowest_publish(
            {broker_suffers("partition", 1, "20s", "30s"),
             fmt::format("nodes.kafka.replica_lag_time={}s", seconds),
             "nodes.kafka.broker_session_timeout=1h", publish_with("max_in_flight=1000")}));
        CHECK(waited > seconds);
        CHECK(waited < 1.5 * seconds + 1.5);
    }
}

// Last heard of at most a heartbeat's interval before it dies; then a session, and the producer's
// way to the next leader: its backoff, and a question to a broker.
TEST_CASE("a dead leader is missed for a session, less what it was heard of last") {
    for (const int session : {4, 12}) {
        for (const int beat : {1, 3}) {
            CAPTURE(session);
            CAPTURE(beat);
            const double waited = sim::seconds(slowest_publish(
                {broker_suffers("crash", 1, "20500ms", "1h"), "nodes.kafka.controllers=1",
                 "nodes.kafka.topics.orders.partitions=2", publish_with("key=none"),
                 fmt::format("nodes.kafka.broker_session_timeout={}s", session),
                 fmt::format("nodes.kafka.broker_heartbeat_interval={}s", beat)}));
            CHECK(waited >= session - beat);
            CHECK(waited <= session + 0.5);
        }
    }
}

TEST_CASE("a controller is elected again where several vote, and the later the longer they wait") {
    const auto elections = [](const std::string& set) {
        return kafka_with({broker_suffers("crash", 0, "20s", "1h"), set}, "elections");
    };
    CHECK(elections("nodes.kafka.controllers=1") == 0);
    CHECK(elections("nodes.kafka.controllers=3") == 1);
    const auto waited = [](const std::string& timeout) {
        return slowest_publish({broker_suffers("crash", 0, "20s", "1h"),
                                "nodes.kafka.election_timeout=" + timeout,
                                "nodes.kafka.broker_session_timeout=3s"});
    };
    // One to two election timeouts, and what is heard before.
    CHECK(waited("6s") > waited("500ms") + std::chrono::seconds(2));
}

TEST_CASE("a first replica that is back leads again at the next interval") {
    const auto elections = [](const std::string& interval) {
        return kafka_with(
            {broker_suffers("crash", 0, "5s", "5s"), "nodes.kafka.broker_session_timeout=3s",
             "nodes.kafka.leader_rebalance_interval=" + interval},
            "elections");
    };
    CHECK(elections("1h") == 1);
    CHECK(elections("10s") == 2);
}

TEST_CASE("what is too old stays until the next check") {
    const auto kept = [](const std::string& interval) {
        return kafka_with(
            {"nodes.kafka.topics.orders.retention=5s", "nodes.kafka.topics.orders.segment_time=1s",
             "nodes.kafka.retention_check_interval=" + interval},
            "retained");
    };
    // 5 s of 100 a second, a segment and a check more; with a check at 40 s, 25 s more.
    CHECK(kept("1s") <= 750);
    CHECK(kept("40s") == doctest::Approx(100.0 * (20 + 5)).epsilon(0.05));
}

TEST_CASE("commits come with each interval, or with each poll") {
    // The first when the first record is handled; the last is half an interval before the end.
    CHECK(group_with({"nodes.mail.commit_interval=4s"}, "commits") ==
          doctest::Approx(15).epsilon(.1));
    CHECK(group_with({"nodes.mail.commit_interval=1s"}, "commits") ==
          doctest::Approx(60).epsilon(.1));
    // Batches of 100 records, one a second: polls of 10, or all at once.
    const auto polls = [](int most) {
        return group_with({publish_with("linger=1s"), publish_with("batch_size=1MiB"),
                           publish_with("fire_and_forget=true"), R"(nodes.mail.commit=after)",
                           fmt::format("nodes.mail.max_poll_records={}", most)},
                          "commits");
    };
    CHECK(polls(10) == doctest::Approx(600).epsilon(0.1));
    CHECK(polls(500) == doctest::Approx(60).epsilon(0.1));
}

TEST_CASE("a group waits for more members before it begins") {
    // Of the last that came; the first record is a second and more old when it is handled.
    CHECK(group_with({"nodes.mail.initial_rebalance_delay=7s"}, "lag_peak") >= 700 - 2);
    CHECK(group_with({"nodes.mail.commit_interval=1s"}, "lag_peak") < 200);
    CHECK(group_with({"nodes.mail.members_per_instance=4"}, "members") == 4);
}

TEST_CASE("who fails is tried again after its backoff, which grows") {
    const KafkaSets failing = {R"(nodes.mailer.endpoints.send=[{"fail": "100%"}])"};
    const auto attempts = [&](const std::string& backoff, double multiplier) {
        return group_with({failing[0], "nodes.mail.retry_backoff=" + backoff,
                           fmt::format("nodes.mail.backoff_multiplier={}", multiplier)},
                          "failed_attempts");
    };
    CHECK(attempts("1s", 1) == doctest::Approx(60).epsilon(0.05));
    CHECK(attempts("2s", 1) == doctest::Approx(30).epsilon(0.05));
    // At 0, 1, 3, 7, 15 and 31 s.
    CHECK(attempts("1s", 2) == 6);
}

// The leader is alive, and too slow to answer for 30 s: a member asks again, and who leads.
TEST_CASE("a member asks again when a broker has not answered for request_timeout") {
    const auto requests = [](const std::string& timeout) {
        const sim::Recording run = run_with(
            {R"(failures=[{"kind": "slow", "target": "kafka[0]", "at": "20s", "lasts": "30s",
                           "factor": 1000000}])",
             "nodes.mail.request_timeout=" + timeout});
        double all = 0;
        for (const auto& each : node(run, "kafka").machines) {
            all += static_cast<double>(each.requests);
        }
        return all;
    };
    // Each second, for 30 s, instead of twice.
    CHECK(requests("1s") > requests("20s") + 20);
}

TEST_CASE("records are as large as they are said to be") {
    const sim::Recording run = run_with({publish_with("record_size=3000B")});
    CHECK(measure(run, "kafka", "retained_bytes") == 3000 * measure(run, "kafka", "retained"));
}

// A batch is 4 ms on its way to all replicas and back; one at a time takes all that came meanwhile.
TEST_CASE("max_in_flight is how many batches of a partition are under way") {
    const KafkaSets quick = {"nodes.clients.rate=1000/s"};
    const double five = kafka_with(quick, "batches");
    const double one = kafka_with({quick[0], publish_with("max_in_flight=1")}, "batches");
    CHECK(one < 0.5 * kafka_with(quick, "published"));
    CHECK(five > 2 * one);
}

TEST_CASE("a producer asks again after its backoff") {
    const auto waited = [](const std::string& set) {
        return slowest_publish({broker_suffers("crash", 0, "20s", "1h"),
                                "nodes.kafka.broker_session_timeout=3s", set});
    };
    CHECK(waited(publish_with("retry_backoff=8s")) >
          waited(publish_with("retry_backoff=100ms")) + std::chrono::seconds(2));
}
