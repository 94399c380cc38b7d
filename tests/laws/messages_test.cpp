// What every broker must do, whoever is in the family and whatever fails: no message comes out of
// nothing, and none goes without a cause that is counted.
//
//     produced = delivered + dead-lettered + expired + dropped + lost + still there
//
// Three keep accounts, each of what it does itself: who publishes (requests that were answered_by),
// the broker (what it took, and what became of it), and who handles messages (requests of a
// server).
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "models/failures/failures.h"
#include "models/nodes.h"
#include "tests/support/play.h"

namespace {

// Figures by node, "it.published", of which the sum is meant.
using Sum = std::vector<std::string>;

// A broker is "it", and has "orders"; `takers` take from it, and `worker` handles that.
struct Messaging {
    std::string_view kind;
    std::string name;
    std::string nodes;
    Sum produced;  // as the broker or its publishers count it
    Sum ends;      // these are as many
    // Of what was published: either it was handled, or it is one of these. Then it may be both: a
    // message that was handled and whose acknowledgement went with its consumer.
    Sum unhandled;
    std::string publish{};
    // What its publishers are told is what was produced: more is there when one dies before it is
    // told, or sends again what nobody numbers.
    bool counts_what_is_told = false;

    bool is_told() const { return publish.find(R"("0")") == std::string::npos; }
    bool is_numbered() const { return publish.find("acks") == std::string::npos; }
};

Sum both_sums(Sum one, const Sum& other) {
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

Sum figures_of(const std::string& node, const std::vector<std::string>& figures) {
    Sum sum;
    for (const std::string& each : figures) sum.push_back(node + "." + each);
    return sum;
}

// What becomes of a copy in RabbitMQ, but that it is acknowledged.
const std::vector<std::string> kDeaths = {"rejected", "expired", "maxlen", "delivery_limit"};

Messaging kafka_system(const std::string& name, const std::string& topic,
                       const std::string& publish) {
    const std::string nodes = fmt::format(
        R"("it": {{"kind": "kafka", "request_time": "1ms", "broker_session_timeout": "3s",
                   "broker_heartbeat_interval": "500ms", "election_timeout": "500ms",
                   "retention_check_interval": "500ms",
                   "topics": {{"orders": {{"partitions": 3, {}}}, "dead": {{}}}}}},
           "takers": {{"kind": "consumer_group", "topics": ["it.orders"], "handler": "worker.do", "retries": 1,
                       "retry_backoff": "0s", "dead_letter": "it.dead", "initial_rebalance_delay": "0s",
                       "session_timeout": "2s", "heartbeat_interval": "500ms"}},
           "care": {{"kind": "consumer_group", "topics": ["it.dead"], "handler": "desk.look",
                     "initial_rebalance_delay": "0s"}})",
        topic);
    const std::vector<std::string> fates = {"missed", "unread", "expired_unread", "skipped",
                                            "dead_lettered"};
    const Sum all =
        both_sums(both_sums(figures_of("takers", fates), figures_of("care", fates)), {"it.lost"});
    return {"kafka",
            name,
            nodes,
            {"it.published"},
            both_sums(all, {"takers.handled", "care.handled"}),
            both_sums(all, {"care.handled"}),
            publish};
}

Messaging rabbitmq_system(const std::string& name, const std::string& queue) {
    const std::string nodes = fmt::format(
        R"("it": {{"kind": "rabbitmq", "nodes": 3, "publish_time": "1ms", "heartbeat": "1s",
                   "reconnect_interval": "500ms", "queues": {{"orders": {{"dead_letter_exchange": "",
                   "dead_letter_routing_key": "dead", {}}}, "dead": {{}}}}}},
           "takers": {{"kind": "consumers", "queue": "it.orders", "handler": "worker.do", "prefetch": 5,
                       "on_failure": "reject"}},
           "care": {{"kind": "consumers", "queue": "it.dead", "handler": "desk.look"}})",
        queue);
    Sum dead;
    Sum dropped;
    for (const std::string& each : kDeaths) {
        dead.push_back("it.dead_lettered_" + each);
        dropped.push_back("it.dropped_" + each);
    }
    const Sum others = both_sums(dropped, figures_of("it", {"unroutable", "returned", "refused",
                                                            "lost", "ready", "unacknowledged"}));
    // A dead letter is produced once more.
    return {"rabbitmq",
            name,
            nodes,
            both_sums({"it.published"}, dead),
            both_sums(both_sums(others, dead),
                      figures_of("it", {"acknowledged", "dead_letters_unroutable",
                                        "dead_letters_in_cycle"})),
            both_sums(others, dead)};
}

Messaging sqs_system(const std::string& name, const std::string& queue,
                     const std::string& publish) {
    const std::string nodes = fmt::format(
        R"("it": {{"kind": "sqs", "queues": {{"orders": {{"dead_letter_queue": "dead", "max_receive_count": 2,
                   "visibility_timeout": "1s", "message_retention_period": "60s", {}}}, "dead": {{{}}}}}}},
           "takers": {{"kind": "sqs_consumers", "queue": "it.orders", "handler": "worker.do"}},
           "care": {{"kind": "sqs_consumers", "queue": "it.dead", "handler": "desk.look"}})",
        queue, queue);
    const Sum others =
        figures_of("it", {"dead_lettered", "expired", "visible", "in_flight", "delayed"});
    return {"sqs",
            name,
            nodes,
            figures_of("it", {"sent", "dead_letters", "reappeared"}),
            both_sums(others, {"it.deleted"}),
            others,
            publish};
}

const std::vector<Messaging>& messaging_systems() {
    static const std::vector<Messaging> all = {
        kafka_system("kept", R"("min_insync_replicas": 2)", ""),
        kafka_system("with acks of 1, kept for 3 s",
                     R"("retention": "3s", "segment_time": "500ms")",
                     R"(, "acks": "1", "idempotence": false)"),
        kafka_system("with acks of 0, and unclean leaders",
                     R"("replication_factor": 2, "unclean_leader_election": true)",
                     R"(, "acks": "0", "idempotence": false)"),
        rabbitmq_system("a classic queue of 10 that drops",
                        R"("max_length": 10, "durable": false)"),
        rabbitmq_system("a queue that refuses", R"("max_length": 5, "overflow": "reject-publish")"),
        rabbitmq_system("a queue with a time to live", R"("message_ttl": "200ms")"),
        rabbitmq_system("a quorum queue", R"("type": "quorum", "delivery_limit": 1)"),
        sqs_system("a standard queue", R"("type": "standard")", ""),
        sqs_system("a FIFO queue", R"("type": "fifo")", R"(, "key": "item")"),
        {"redis_pubsub",
         "a channel",
         R"("it": {"kind": "redis_pubsub", "command_time": "1ms", "channels": ["orders"]},
            "takers": {"kind": "redis_subscribers", "channel": "it.orders", "handler": "worker.do"})",
         {"it.deliveries"},
         {"takers.received", "takers.lost_unread", "it.lost_in_buffers"},
         {"it.without_receivers", "takers.failed_attempts", "takers.lost_unread",
          "it.lost_in_buffers"}},
        {"redis_streams",
         "a stream of 200",
         R"("it": {"kind": "redis_streams", "command_time": "1ms", "streams": {"orders": {"maxlen": 200}}},
            "takers": {"kind": "redis_stream_consumers", "stream": "it.orders", "handler": "worker.do",
                       "max_deliveries": 2, "min_idle_time": "500ms", "claim_interval": "500ms",
                       "reconnect_interval": "200ms", "block": "500ms"})",
         {"it.published"},
         figures_of("takers", {"handled", "given_up", "missed", "pending", "unread",
                               "trimmed_unhandled", "lost_unhandled"}),
         figures_of("takers", {"given_up", "missed", "pending", "unread", "trimmed_unhandled",
                               "lost_unhandled"})}};
    return all;
}

// For ten seconds; three workers, who fail now and then and are just fast enough.
std::string messaging_with(const Messaging& one, const std::string& failure) {
    const bool has_desk = one.nodes.find("desk.look") != std::string::npos;
    return fmt::format(
        R"({{"run": {{"measure": "40s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "80/s", "calls": "app.go",
                   "population": {{"keys": {{"kind": "uniform", "count": 50}}}},
                   "stages": [{{"target": "80/s", "duration": "10s"}}, {{"target": "0/s", "duration": "0s"}}]}},
        "app": {{"kind": "server", "replicas": 2, "threads": 1000, "endpoints": {{"go": [
            {{"publish": "it.orders"{}}}]}}}},
        "worker": {{"kind": "server", "replicas": 3, "endpoints": {{"do": [
            {{"work": {{"kind": "exponential", "mean": "30ms"}}}}, {{"fail": "5%"}}]}}}}{}, {}}},
        "failures": [{}]}})",
        one.publish,
        has_desk ? R"(, "desk": {"kind": "server", "endpoints": {"look": [{"work": "5ms"}]}})" : "",
        one.nodes, failure);
}

double total_of(const sim::Recording& run, const Sum& figures) {
    double sum = 0;
    for (const std::string& each : figures) {
        const std::size_t dot = each.find('.');
        sum += support::measure(run, each.substr(0, dot), each.substr(dot + 1));
    }
    return sum;
}

double answered_by(const sim::Recording& run, const std::string& node) {
    return static_cast<double>(support::node(run, node).totals.of(sim::Outcome::succeeded));
}

// What a disk takes with it may have been handled before: then it is in both.
void check_messages(const Messaging& one, const sim::Recording& run, bool has_dead_publishers,
                    bool loses_what_was_handled = false) {
    CHECK(total_of(run, one.produced) <= total_of(run, one.ends));
    const bool is_exact = !loses_what_was_handled &&
                          (!one.counts_what_is_told || (one.is_numbered() && !has_dead_publishers));
    if (is_exact) CHECK(total_of(run, one.produced) == total_of(run, one.ends));
    const std::string published = one.kind == "sqs" ? "it.sent" : "it.published";
    // Who was told that it is there has published it; with acks of 0 nobody is told anything.
    if (one.is_told()) CHECK(answered_by(run, "app") <= total_of(run, {published}));
    // Each time that a handler was done is one that its consumer has counted.
    const double handled = total_of(run, {"takers.handled"});
    const double again = one.kind == "redis_pubsub" ? 0 : total_of(run, {"takers.handled_again"});
    CHECK(answered_by(run, "worker") == handled + again);
    const double three = one.kind == "redis_pubsub" ? 3 : 1;  // subscribers get each
    CHECK(handled <= three * total_of(run, {published}));
    CHECK(total_of(run, {published}) <= handled + again + total_of(run, one.unhandled));
}

std::string failing_broker(std::string_view kind, const std::string& target) {
    const bool ends = kind != "kill" && kind != "corrupt";
    return fmt::format(R"({{"kind": "{}", "target": "{}", "at": "4s"{}}})", kind, target,
                       ends ? R"(, "lasts": "2s")" : "");
}

}  // namespace

TEST_CASE("every kind that is published to keeps an account that adds up") {
    for (const models::NodeChoice& choice : models::Nodes::each()) {
        if (models::Nodes::facts_of(choice).publishing.empty()) continue;
        CAPTURE(choice.kind());
        CHECK(std::ranges::count(messaging_systems(), choice.kind(), &Messaging::kind) >= 1);
    }
    for (const Messaging& one : messaging_systems()) {
        CAPTURE(one.kind);
        CAPTURE(one.name);
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            const sim::Recording run = support::play(messaging_with(one, ""), seed);
            check_messages(one, run, false);
            CHECK(total_of(run, {"takers.handled"}) > 400);
        }
    }
}

// Each failure that the broker, who handles its messages or who publishes can have.
TEST_CASE("whatever fails, every message that was published has come to an end that is counted") {
    std::size_t played = 0;
    for (const Messaging& one : messaging_systems()) {
        CAPTURE(one.kind);
        CAPTURE(one.name);
        for (const auto& failure : models::Failures::each()) {
            for (const std::string target : {"it", "it[0]", "worker[1]", "app[0]"}) {
                CAPTURE(failure.kind());
                CAPTURE(target);
                const std::string text =
                    messaging_with(one, failing_broker(failure.kind(), target));
                models::Loaded loaded = models::load({"law.json", {}, {}, text});
                if (!loaded.scenario) continue;
                check_messages(one, models::simulate(*loaded.scenario, {7, 0}), target == "app[0]",
                               failure.kind() == "disk_loss");
                ++played;
            }
        }
    }
    CHECK(played >= 100);
}
