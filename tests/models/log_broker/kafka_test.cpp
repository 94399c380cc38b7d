// Kafka's brokers and producers: what is acknowledged, what a crash takes away, and where keys go.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/hashes/kafka_partition.h"
#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct BrokerPlan {
    std::string publish{};  // more of the step
    std::string topic = R"("partitions": 3)";
    std::string kafka{};
    std::string failures{};
    std::string clients = R"("rate": "500/s", "arrivals": "constant")";
    std::string app{};
};

// 500 requests a second, each publishes a record; places are 1 ms apart.
std::string brokers(const BrokerPlan& plan) {
    return fmt::format(R"({{"run": {{"measure": "30s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "app.put", {}}},
        "app": {{"kind": "server", "threads": 10000, "memory": "64GiB", {}
                 "endpoints": {{"put": [{{"publish": "kafka.orders"{}}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{{}}}}}{}}}}},
        "network": {{"regions": {{"here": {{"zones": ["a"]}}}}, "same_zone": {{"latency": "1ms"}},
            "to_users": {{"latency": "1ms"}}, "placement": {{"app": ["a"], "kafka": ["a"]}}}},
        "failures": [{}]}})",
                       plan.clients, plan.app, plan.publish, plan.topic, plan.kafka, plan.failures);
}

double kafka_figure(const sim::Recording& run, const std::string& name) {
    return measure(run, "kafka", name);
}

constexpr const char* kLeaderDies =
    R"({"kind": "crash", "target": "kafka[0]", "at": "10s", "lasts": "1h"})";

BrokerPlan leader_dies(const std::string& publish) {
    BrokerPlan plan;
    plan.publish = publish;
    plan.topic = R"("partitions": 1)";
    plan.failures = kLeaderDies;
    return plan;
}

}  // namespace

TEST_CASE("what is published is in the log, once") {
    const sim::Recording run = play(brokers({}));
    // The last may still be on their way back.
    const auto answered =
        static_cast<double>(node(run, "clients").totals.of(sim::Outcome::succeeded));
    CHECK(kafka_figure(run, "published") >= answered);
    CHECK(kafka_figure(run, "published") <= answered + 3);
    CHECK(kafka_figure(run, "retained") == kafka_figure(run, "appended"));
    CHECK(kafka_figure(run, "appended") >= kafka_figure(run, "published"));
    CHECK(kafka_figure(run, "appended_again") == 0);
    CHECK(kafka_figure(run, "lost") == 0);
    CHECK(kafka_figure(run, "elections") == 0);
}

// There and back: 2 ms to the leader; with acks of all 2 ms more to the followers, each of which
// has its next question waiting at the leader, or brings it when it comes for the record before.
TEST_CASE("acknowledgements cost the way to those who acknowledge") {
    const auto mean_ms = [](const std::string& acks) {
        BrokerPlan plan;
        plan.publish = fmt::format(R"(, "acks": "{}", "idempotence": false)", acks);
        plan.kafka = R"(, "request_time": "0s", "record_time": "0s")";
        plan.clients = R"("rate": "20/s", "arrivals": "constant")";
        return 1e3 * sim::seconds(node(play(brokers(plan)), "app").latency.succeeded.max());
    };
    CHECK(mean_ms("0") == doctest::Approx(0).epsilon(0.01));
    CHECK(mean_ms("1") == doctest::Approx(2).epsilon(0.02));
    CHECK(mean_ms("all") == doctest::Approx(4).epsilon(0.02));
}

TEST_CASE("a leader that dies takes with it what only it had acknowledged") {
    const sim::Recording none =
        play(brokers(leader_dies(R"(, "acks": "0", "idempotence": false)")));
    const sim::Recording leader =
        play(brokers(leader_dies(R"(, "acks": "1", "idempotence": false)")));
    const sim::Recording all = play(brokers(leader_dies("")));
    CHECK(kafka_figure(leader, "elections") == 1);
    CHECK(kafka_figure(leader, "lost") > 0);
    // At most what comes while a follower's question is on its way: 2 ms at 500/s, and one.
    CHECK(kafka_figure(leader, "lost") <= 2);
    // Until the producer knows of the new leader: a session of 9 s, and the heartbeat it began
    // with.
    CHECK(kafka_figure(none, "lost") > 500 * 5);
    CHECK(kafka_figure(none, "lost") < 500 * 12);
    CHECK(kafka_figure(all, "lost") == 0);
    CHECK(node(all, "clients").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE(
    "a batch that is sent again is appended once by a numbered producer, else perhaps twice") {
    // A follower is cut off, so nothing is acknowledged until it is out of sync: the producer asks
    // again for what the leader has.
    BrokerPlan plan = leader_dies(R"(, "request_timeout": "1s")");
    plan.failures = R"({"kind": "partition", "target": "kafka[1]", "at": "10s", "lasts": "20s"})";
    plan.kafka = R"(, "replica_lag_time": "5s")";
    const sim::Recording numbered = play(brokers(plan));
    plan.publish = R"(, "request_timeout": "1s", "idempotence": false)";
    const sim::Recording plain = play(brokers(plan));
    CHECK(kafka_figure(numbered, "appended_again") == 0);
    CHECK(kafka_figure(plain, "appended_again") > 0);
    CHECK(kafka_figure(numbered, "lost") == 0);
}

TEST_CASE("below min_insync_replicas nothing is acknowledged") {
    BrokerPlan plan;
    plan.topic = R"("partitions": 1, "min_insync_replicas": 2)";
    plan.publish = R"(, "delivery_timeout": "3s")";
    plan.kafka = R"(, "controllers": 1, "broker_session_timeout": "3s")";
    plan.failures = R"({"kind": "crash", "target": "kafka[1]", "at": "5s", "lasts": "1h"},
                       {"kind": "crash", "target": "kafka[2]", "at": "5s", "lasts": "1h"})";
    const sim::Recording strict = play(brokers(plan));
    plan.topic = R"("partitions": 1, "min_insync_replicas": 1)";
    const sim::Recording lax = play(brokers(plan));
    CHECK(kafka_figure(strict, "failed_to_publish") > 1000);
    // After the session of those who have gone, the leader alone is in sync.
    CHECK(kafka_figure(lax, "failed_to_publish") < kafka_figure(strict, "failed_to_publish"));
    CHECK(kafka_figure(strict, "published") + kafka_figure(strict, "failed_to_publish") <=
          node(strict, "clients").totals.offered);
}

// The second replica is cut off and falls out of sync; then the leader dies.
TEST_CASE("an unclean election loses what the new leader had not copied, a clean one waits") {
    BrokerPlan plan;
    plan.kafka = R"(, "brokers": 3, "controllers": 1, "replica_lag_time": "2s",
                    "broker_session_timeout": "3s", "broker_heartbeat_interval": "1s")";
    plan.publish = R"(, "delivery_timeout": "2s", "key": "none")";
    // The one controller is broker 0. Partition 1 of two is led by broker 1 and copied by broker 2.
    plan.topic = R"("partitions": 2, "replication_factor": 2)";
    plan.failures = R"({"kind": "crash", "target": "kafka[2]", "at": "5s", "lasts": "10s"},
                       {"kind": "crash", "target": "kafka[1]", "at": "14s", "lasts": "1h"})";
    const sim::Recording clean = play(brokers(plan));
    plan.topic = R"("partitions": 2, "replication_factor": 2, "unclean_leader_election": true)";
    const sim::Recording unclean = play(brokers(plan));
    CHECK(kafka_figure(clean, "unclean_elections") == 0);
    CHECK(kafka_figure(clean, "lost") == 0);
    CHECK(kafka_figure(unclean, "unclean_elections") == 1);
    CHECK(kafka_figure(unclean, "lost") > 500);
    CHECK(kafka_figure(unclean, "published") > kafka_figure(clean, "published"));
}

TEST_CASE("keys go where murmur2 says") {
    // 30 keys in turn, 500 times each: a partition has its keys' share.
    BrokerPlan plan;
    plan.clients = R"("rate": "500/s", "arrivals": "constant", "requests": 15000,
                      "population": {"keys": {"kind": "in_turn", "count": 30}})";
    plan.topic = R"("partitions": 12)";
    plan.publish = R"(, "key": "item")";
    const sim::Recording run = play(brokers(plan));
    std::vector<std::uint32_t> keys(12);
    for (int key = 0; key < 30; ++key) ++keys[models::kafka_partition(std::to_string(key), 12)];
    CHECK(kafka_figure(run, "fullest_partition") / kafka_figure(run, "retained") * 30 ==
          doctest::Approx(*std::max_element(keys.begin(), keys.end())).epsilon(0.01));
}

TEST_CASE("without a key a batch goes to one partition, and the next to another") {
    BrokerPlan plan;
    plan.publish = R"(, "key": "none", "linger": "100ms")";
    plan.topic = R"("partitions": 3)";
    const sim::Recording run = play(brokers(plan));
    // Ten batches a second instead of 500, of 15.
    CHECK(kafka_figure(run, "batches") < 40 * 30);
    CHECK(kafka_figure(run, "batches") > 5 * 30);
    CHECK(kafka_figure(run, "fullest_partition") < 0.45 * kafka_figure(run, "retained"));
}

// 500 records of 1 KiB a second wait 10 ms: batches of 5, or of two once two are full.
TEST_CASE("linger and batch_size make batches") {
    BrokerPlan plan;
    plan.topic = R"("partitions": 1)";
    plan.publish = R"(, "linger": "9ms")";
    const double lingering = kafka_figure(play(brokers(plan)), "batches");
    plan.publish = R"(, "linger": "9ms", "batch_size": "2KiB")";
    const double small = kafka_figure(play(brokers(plan)), "batches");
    CHECK(lingering == doctest::Approx(500.0 * 30 / 5).epsilon(0.02));
    CHECK(small == doctest::Approx(500.0 * 30 / 2).epsilon(0.02));
}

// Compressed four times, a record takes a quarter of the bytes, and four times as many fit a batch.
TEST_CASE("compression is fewer bytes, and the producer's cores") {
    BrokerPlan plan;
    plan.topic = R"("partitions": 1)";
    const double plain = kafka_figure(play(brokers(plan)), "retained_bytes");
    plan.publish = R"(, "compression": 4, "compression_time": "10ms")";
    const sim::Recording run = play(brokers(plan));
    CHECK(kafka_figure(run, "retained_bytes") == doctest::Approx(plain / 4));
    // 500 KiB/s at 10 ms a MiB.
    CHECK(node(run, "app").utilisation > 0);
}

TEST_CASE("a full buffer makes whoever publishes wait, and then refuses") {
    BrokerPlan plan;
    plan.topic = R"("partitions": 1)";
    plan.publish = R"(, "buffer_memory": "100KiB", "max_block": "1s", "fire_and_forget": true)";
    plan.failures = R"({"kind": "crash", "target": "kafka", "at": "10s", "lasts": "1h"})";
    const sim::Recording run = play(brokers(plan));
    const auto& totals = node(run, "clients").totals;
    // 100 fit; of the rest each waits a second and is refused.
    CHECK(static_cast<double>(totals.of(sim::Outcome::failed)) ==
          doctest::Approx(500 * 19 - 100).epsilon(0.02));
}

TEST_CASE("retention deletes whole segments by time and by size") {
    BrokerPlan plan;
    plan.kafka = R"(, "retention_check_interval": "1s")";
    plan.topic = R"("partitions": 1, "segment_time": "1s", "retention": "5s")";
    const sim::Recording by_time = play(brokers(plan));
    // 5 s old at least, and up to a segment and a check more.
    CHECK(kafka_figure(by_time, "retained") >= 5 * 500);
    CHECK(kafka_figure(by_time, "retained") <= 7.1 * 500);
    CHECK(kafka_figure(by_time, "expired") ==
          kafka_figure(by_time, "appended") - kafka_figure(by_time, "retained"));
    plan.topic = R"("partitions": 1, "segment_bytes": "100KiB", "retention_bytes": "1MiB")";
    const sim::Recording by_size = play(brokers(plan));
    CHECK(kafka_figure(by_size, "retained_bytes") >= 1024.0 * 1024);
    CHECK(kafka_figure(by_size, "retained_bytes") <= 1024.0 * (1024 + 100 + 500));
}

TEST_CASE("a broker that comes back cuts off what the others do not have, and catches up") {
    BrokerPlan plan = leader_dies(R"(, "acks": "1", "idempotence": false)");
    plan.failures = R"({"kind": "crash", "target": "kafka[0]", "at": "5s", "lasts": "5s"},
                       {"kind": "crash", "target": "kafka[1]", "at": "20s", "lasts": "1h"},
                       {"kind": "crash", "target": "kafka[2]", "at": "20s", "lasts": "1h"})";
    plan.kafka = R"(, "controllers": 1, "broker_session_timeout": "3s",
                     "broker_heartbeat_interval": "1s")";
    const sim::Recording run = play(brokers(plan));
    // It leads in the end, with all that was acknowledged since.
    CHECK(kafka_figure(run, "elections") >= 2);
    CHECK(kafka_figure(run, "lost") <= 4);
}

// At 10 s and 30 s two of three are gone, so that nobody is the controller; from 60 s on broker 1
// is back, which the leaders that stayed have to take into their in-sync sets again, although they
// take no record until they have.
TEST_CASE("a partition takes records again when enough replicas are back, led by whomever") {
    BrokerPlan plan;
    plan.publish = R"(, "delivery_timeout": "10s", "request_timeout": "2s")";
    plan.clients = R"("rate": "50/s", "arrivals": "constant")";
    plan.topic = R"("partitions": 6, "min_insync_replicas": 2)";
    plan.kafka = R"(, "replica_lag_time": "5s")";
    plan.failures = R"({"kind": "crash", "target": "kafka[0]", "at": "10s", "lasts": "1h"},
                       {"kind": "crash", "target": "kafka[1]", "at": "30s", "lasts": "30s"})";
    std::string scenario = brokers(plan);
    const std::string short_run = R"("measure": "30s")";
    scenario.replace(scenario.find(short_run), short_run.size(),
                     R"("warm_up": "80s", "measure": "20s")");
    const sim::Recording run = play(scenario);
    const auto& totals = node(run, "clients").totals;
    CHECK(totals.of(sim::Outcome::succeeded) >= 995);
    CHECK(totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("records without a key go to partitions that have a leader") {
    // The one of three whose only broker dies is left alone when the controller has said so, 1 s
    // later: until then all 500/s may wait for it, and be given up. Before they all did.
    BrokerPlan plan;
    plan.publish = R"(, "delivery_timeout": "4s")";
    plan.topic = R"("partitions": 3, "replication_factor": 1)";
    plan.kafka = R"(, "broker_session_timeout": "1s", "broker_heartbeat_interval": "200ms")";
    plan.failures = R"({"kind": "crash", "target": "kafka[1]", "at": "10s", "lasts": "1h"})";
    const sim::Recording run = play(brokers(plan));
    CHECK(kafka_figure(run, "failed_to_publish") > 0);
    CHECK(kafka_figure(run, "failed_to_publish") < 750);
    CHECK(kafka_figure(run, "published") > 15000 - 750 - 10);
}

TEST_CASE("a small batch does not overtake a large one of its connection") {
    // Batches of one record and more share a broker's cores. Were one appended before a larger one
    // that was sent first, the leader would refuse what is out of order, and producers wait for
    // retry_backoff, 100 ms.
    const sim::Recording run = play(R"({"run": {"warm_up": "500ms", "measure": "100ms"}, "nodes": {
        "users": {"kind": "users", "users": 400, "think_time": "1us", "calls": "shop.put",
                  "population": {"keys": {"kind": "uniform", "count": 1000}}},
        "shop": {"kind": "server", "replicas": 2, "threads": 1000,
                 "endpoints": {"put": [{"publish": "kafka.orders", "key": "item"}]}},
        "kafka": {"kind": "kafka", "cores": 1, "topics": {"orders": {"partitions": 6}}}}})");
    // At most five batches of each of 12 lanes are under way, of 301 us of three cores each (one at
    // the leader, a fetch of each follower): 6 ms, so 400 users wait less than 10 ms.
    CHECK(kafka_figure(run, "published") > 400 * 100.0 / 10);
}
