// Every parameter of the nodes `rabbitmq` and `consumers`, and of publishing to it, changes the
// run.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <map>
#include <string>
#include <vector>

#include "models/queue_broker/consumers_spec.h"
#include "models/queue_broker/rabbitmq_spec.h"
#include "models/topics.h"
#include "tests/support/play.h"

namespace {

namespace amqp = models::amqp;
using Sets = std::vector<std::string>;

// Two nodes, of which the first is down for a while, and consumers of which one dies.
const std::string kBase = R"({"run": {"measure": "60s"}, "nodes": {
    "users": {"kind": "open_loop", "rate": "50/s", "calls": "app.go"},
    "app": {"kind": "server", "threads": 10000, "endpoints": {"go": [
        {"publish": "rabbit.events", "routing_key": "order.created"}]}},
    "rabbit": {"kind": "rabbitmq", "nodes": 2, "cores": 4, "publish_time": "1ms",
        "exchanges": {"events": {"type": "direct"}, "others": {"type": "fanout"}},
        "queues": {"q": {"bindings": [{"exchange": "events", "key": "order.created"}]},
                   "r": {"bindings": [{"exchange": "others"}]}}},
    "takers": {"kind": "consumers", "queue": "rabbit.q", "handler": "worker.take", "prefetch": 5},
    "worker": {"kind": "server", "replicas": 2, "endpoints": {
        "take": [{"wait": "60ms"}, {"fail": "5%"}], "other": [{"wait": "10ms"}]}}},
    "failures": [
        {"kind": "crash", "target": "rabbit", "instances": 1, "at": "20s", "lasts": "8s"},
        {"kind": "crash", "target": "worker", "instances": 1, "at": "40s", "lasts": "5s"}]})";

// What is set before, for the parameter to matter, and then the parameter.
struct Case {
    Sets before;
    std::string change;
};
using Cases = std::map<std::string, Case, std::less<>>;

const std::string kRabbit = "nodes.rabbit.";
const std::string kQueue = "nodes.rabbit.queues.q.";
const std::string kPublish = "nodes.app.endpoints.go.0.";
const std::string kTakers = "nodes.takers.";
const Sets kQuorum = {"nodes.rabbit.nodes=3", kQueue + "type=quorum"};
const Sets kShort = {kQueue + "max_length=5"};
const Sets kScarce = {"nodes.rabbit.memory=1MB"};
const Sets kDead = {kQueue + R"(dead_letter_exchange="")"};

std::string outcome(const Sets& sets) {
    const sim::Recording run = support::play(kBase, 1, sets);
    std::string text = std::to_string(run.fingerprint.value());
    for (const sim::NodeRecord& each : run.nodes) {
        text += fmt::format(" {} {}", each.name, each.cost_usd);
        for (const sim::Measure& measure : each.measures) {
            const double mean = measure.spread ? measure.spread->mean_seconds() : 0;
            text += fmt::format(" {} {} {}", measure.name, measure.value, mean);
        }
    }
    return text;
}

// Each parameter of the struct has a case, and each case changes the run.
template <class Struct>
void check_all(const std::string& path, const Cases& cases) {
    for (const models::spec::Parameter& each : models::spec::parameters_of<Struct>()) {
        CAPTURE(each.name);
        const auto found = cases.find(each.name);
        REQUIRE(found != cases.end());
        Sets sets = found->second.before;
        const std::string before = outcome(sets);
        sets.push_back(path + std::string(each.name) + "=" + found->second.change);
        CHECK(outcome(sets) != before);
    }
}

}  // namespace

TEST_CASE("every parameter of a rabbitmq changes something") {
    check_all<amqp::RabbitMqSpec>(
        kRabbit,
        {{"nodes", {{}, "1"}},
         {"exchanges",
          {{kPublish + "routing_key=order.paid"},
           R"({"events": {"type": "fanout"}, "others": {"type": "fanout"}})"}},
         {"queues", {{}, R"({"q": {}, "r": {}})"}},
         {"cores", {{"nodes.rabbit.publish_time=50ms"}, "1"}},
         {"publish_time", {{}, "5ms"}},
         {"delivery_time", {{}, "5ms"}},
         {"acknowledge_time", {{}, "5ms"}},
         {"memory", {{}, "1MB"}},
         {"memory_high_watermark", {kScarce, "0.8"}},
         {"memory_per_message", {kScarce, "10kB"}},
         {"quorum_group_size", {kQuorum, "1"}},
         {"raft_heartbeat_interval", {kQuorum, "20ms"}},
         {"election_timeout", {kQuorum, "300ms"}},
         {"acknowledgement_timeout",
          {{"run.measure=5min", R"(nodes.worker.endpoints.take=[{"wait": "100s"}])"}, "1min"}},
         {"heartbeat", {{}, "2s"}},
         {"reconnect_interval", {{"nodes.rabbit.nodes=1"}, "1s"}},
         {"price", {{}, "$1/h"}}});
}

TEST_CASE("every parameter of consumers changes something") {
    check_all<amqp::ConsumersSpec>(kTakers, {{"queue", {{}, "rabbit.r"}},
                                             {"handler", {{}, "worker.other"}},
                                             {"consumers_per_instance", {{}, "2"}},
                                             {"prefetch", {{}, "1"}},
                                             {"acknowledge", {{}, "before"}},
                                             {"on_failure", {{}, "requeue"}}});
}

TEST_CASE("every parameter of a queue changes something") {
    check_all<amqp::QueueSpec>(
        kQueue,
        {{"type", {{"nodes.rabbit.nodes=3"}, "quorum"}},
         {"durable", {{}, "false"}},
         {"bindings", {{}, "[]"}},
         {"max_priority",
          {{R"(nodes.app.endpoints.go=[{"choose": [
                        {"weight": 1, "steps": [{"publish": "rabbit.q", "priority": 3}]},
                        {"weight": 1, "steps": [{"publish": "rabbit.q"}]}]}])"},
           "5"}},
         {"message_ttl", {{}, "1s"}},
         {"max_length", {{}, "5"}},
         {"max_length_bytes", {{}, "5kB"}},
         {"overflow", {kShort, "reject-publish"}},
         {"dead_letter_exchange", {{}, "others"}},
         {"dead_letter_routing_key", {kDead, "r"}},
         {"delivery_limit", {{kQuorum[0], kQuorum[1], kTakers + "on_failure=requeue"}, "0"}}});
    check_all<amqp::ExchangeSpec>(
        "nodes.rabbit.exchanges.events.",
        {{"type", {{kPublish + "routing_key=order.paid"}, "fanout"}},
         {"alternate", {{kPublish + "routing_key=order.paid"}, "others"}}});
    const std::string headers = R"(nodes.rabbit.exchanges.events.type=headers)";
    const std::string says = kPublish + R"(headers={"a": "1", "b": "2"})";
    check_all<amqp::BindingSpec>(
        kQueue + "bindings.0.",
        {{"exchange", {{}, "others"}},
         {"key", {{}, "order.paid"}},
         {"headers", {{headers, says}, R"({"a": "other"})"}},
         {"match",
          {{headers, says, kQueue + R"(bindings.0.headers={"a": "1", "b": "other"})"}, "any"}}});
}

TEST_CASE("everything that a step says to a queue broker changes something") {
    check_all<models::MessagePublishing>(
        kPublish,
        {{"confirms", {{}, "false"}},
         {"routing_key", {{}, "order.paid"}},
         {"headers",
          {{"nodes.rabbit.exchanges.events.type=headers",
            kQueue + R"(bindings.0.headers={"a": "1"})"},
           R"({"a": "1"})"}},
         {"priority",
          {{kQueue + "max_priority=5",
            R"(nodes.app.endpoints.go=[{"publish": "rabbit.events", "routing_key": "order.created"},
                 {"publish": "rabbit.events", "routing_key": "order.created", "priority": 1}])"},
           "3"}},
         {"expiration", {{}, "1s"}},
         {"mandatory", {{kPublish + "routing_key=order.paid"}, "true"}},
         {"persistent", {{}, "false"}}});
    check_all<models::PublisherWaits>(
        kPublish, {{"delivery_timeout", {{"nodes.rabbit.publish_time=100ms"}, "200ms"}},
                   {"max_block", {{"nodes.rabbit.nodes=1"}, "1s"}}});
}
