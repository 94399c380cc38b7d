// Random brokers, and who publishes to them, reads and relays: all small enough to be played by the
// hundred.
#pragma once

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <variant>

#include "models/change_capture/cdc_connector_spec.h"
#include "models/change_capture/outbox_relay_spec.h"
#include "models/cloud_queue/consumers_spec.h"
#include "models/cloud_queue/sqs_spec.h"
#include "models/databases/database.h"
#include "models/log_broker/consumer_group.h"
#include "models/pubsub/pubsub_spec.h"
#include "models/queue_broker/consumers.h"
#include "models/queue_broker/rabbitmq.h"
#include "models/redis_streams/streams_spec.h"
#include "models/spec/declaration/spec.h"
#include "models/steps/steps.h"
#include "models/stream_processing/stream_patterns.h"
#include "models/stream_processing/stream_windows.h"
#include "tests/support/play.h"

namespace swarm {

using models::spec::Random;

// One topic; brokers beat every few milliseconds at most.
inline models::Kafka::Spec random_kafka(Random& random, sim::Draws& draws) {
    auto kafka = models::spec::random_value<models::Kafka::Spec>(random);
    kafka.brokers = static_cast<std::uint32_t>(3 + draws.below(3));
    kafka.controllers = 0;
    auto topic = models::spec::random_value<models::TopicSpec>(random);
    topic.partitions = static_cast<std::uint32_t>(1 + draws.below(6));
    topic.replication_factor = static_cast<std::uint32_t>(1 + draws.below(3));
    topic.min_insync_replicas = 1;
    if (!topic.alter.empty()) {
        topic.alter.resize(1);
        topic.alter.front().partitions = topic.partitions + 1;
    }
    kafka.topics.entries = {{"records", topic}};
    for (sim::Duration* const each : {&kafka.replica_lag_time, &kafka.broker_heartbeat_interval,
                                      &kafka.election_timeout, &kafka.leader_rebalance_interval,
                                      &kafka.retention_check_interval, &kafka.metadata_max_age}) {
        *each = std::max(*each, sim::Duration(std::chrono::milliseconds(20)));
    }
    kafka.broker_session_timeout = 3 * kafka.broker_heartbeat_interval;
    return kafka;
}

inline models::ConsumerGroup::Spec random_group(Random& random, sim::Draws& draws) {
    auto group = models::spec::random_value<models::ConsumerGroup::Spec>(random);
    group.topics = {models::spec::ConsumeRef{{"log", "records"}}};
    group.handler = models::spec::CallRef{{"db", ""}};
    group.dead_letter.reset();
    group.subscriptions.entries.clear();  // there is one topic
    group.members_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    group.heartbeat_interval = std::chrono::milliseconds(50 + draws.below(500));
    group.session_timeout = 3 * group.heartbeat_interval;
    return group;
}

inline models::OutboxRelaySpec random_relay(Random& random, sim::Draws& draws) {
    auto relay = models::spec::random_value<models::OutboxRelaySpec>(random);
    relay.database = models::spec::FollowRef{{"store", ""}};
    relay.topic = models::spec::PublishRef{{"log", "records"}};
    relay.runs_in = models::spec::MentionRef{{"web", ""}};
    relay.poll_interval = std::chrono::milliseconds(50 + draws.below(500));
    return relay;
}

// Rows that are in no transaction become work.
inline void keep_rows_in_transactions(models::Steps& steps, bool is_in_one) {
    for (models::Step& step : steps.all()) {
        if (!is_in_one && step.as<models::OutboxStep>() != nullptr) step = models::WorkStep{};
        const bool begins = step.as<models::TransactionStep>() != nullptr;
        const bool is_left = step.as<models::AsyncStep>() != nullptr;
        std::visit(
            [&](const auto& each) {
                each.inner([&](const models::Steps& list, const std::string&) {
                    keep_rows_in_transactions(const_cast<models::Steps&>(list),
                                              begins || (is_in_one && !is_left));
                });
            },
            step.is);
    }
}

// A durable, a bounded and a dead letter queue behind an exchange; nobody beats more often than
// every 20 ms.
inline models::amqp::RabbitMqSpec random_rabbitmq(Random& random, sim::Draws& draws) {
    auto rabbit = models::spec::random_value<models::amqp::RabbitMqSpec>(random);
    rabbit.nodes = static_cast<std::uint32_t>(1 + draws.below(3));
    auto exchange = models::spec::random_value<models::amqp::ExchangeSpec>(random);
    exchange.alternate = "";
    rabbit.exchanges.entries = {{"events", exchange}};
    rabbit.queues.entries.clear();
    for (const char* const name : {"first", "second", "dead"}) {
        auto queue = models::spec::random_value<models::amqp::QueueSpec>(random);
        queue.dead_letter_exchange.reset();
        if (draws.chance(0.5)) queue.dead_letter_exchange = draws.chance(0.5) ? "" : "events";
        queue.dead_letter_routing_key.reset();
        if (queue.dead_letter_exchange && draws.chance(0.7)) queue.dead_letter_routing_key = "dead";
        queue.bindings.clear();
        if (draws.chance(0.7)) {
            models::amqp::BindingSpec binding;
            binding.exchange = "events";
            binding.key = draws.chance(0.5) ? "#" : "";
            queue.bindings.push_back(binding);
        }
        rabbit.queues.entries.emplace_back(name, queue);
    }
    for (sim::Duration* const each :
         {&rabbit.raft_heartbeat_interval, &rabbit.heartbeat, &rabbit.reconnect_interval}) {
        *each = std::max(*each, sim::Duration(std::chrono::milliseconds(20)));
    }
    rabbit.election_timeout = 5 * rabbit.raft_heartbeat_interval;
    return rabbit;
}

inline models::amqp::ConsumersSpec random_consumers(Random& random, sim::Draws& draws) {
    auto consumers = models::spec::random_value<models::amqp::ConsumersSpec>(random);
    consumers.queue = models::spec::TakeRef{{"rabbit", draws.chance(0.5) ? "first" : "dead"}};
    consumers.handler = models::spec::CallRef{{"db", ""}};
    consumers.consumers_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    return consumers;
}

// A queue and its dead letters. Who asks again at once takes time for it.
inline models::sqs::SqsSpec random_sqs(Random& random, sim::Draws& draws) {
    auto sqs = models::spec::random_value<models::sqs::SqsSpec>(random);
    auto work = models::spec::random_value<models::sqs::QueueSpec>(random);
    auto dead = work;
    work.dead_letter_queue = "dead";
    work.max_receive_count = static_cast<std::uint32_t>(1 + draws.below(5));
    dead.dead_letter_queue = "";
    dead.max_receive_count = 0;
    sqs.queues.entries = {{"work", work}, {"dead", dead}};
    sqs.servers = static_cast<std::uint32_t>(1 + draws.below(6));
    sqs.copies = static_cast<std::uint32_t>(1 + draws.below(sqs.servers));
    sqs.sampled_servers = static_cast<std::uint32_t>(1 + draws.below(sqs.servers));
    sqs.request_time = models::spec::Constant<sim::Duration>{std::chrono::milliseconds(2)};
    return sqs;
}

inline models::sqs::SqsConsumersSpec random_sqs_consumers(Random& random, sim::Draws& draws) {
    auto consumers = models::spec::random_value<models::sqs::SqsConsumersSpec>(random);
    consumers.queue = models::spec::TakeRef{{"sqs", draws.chance(0.7) ? "work" : "dead"}};
    consumers.handler = models::spec::CallRef{{"db", ""}};
    consumers.consumers_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    consumers.poll_interval = std::chrono::milliseconds(10 + draws.below(500));
    return consumers;
}

inline models::pubsub::SubscribersSpec random_subscribers() {
    models::pubsub::SubscribersSpec subscribers;
    subscribers.channel = models::spec::TakeRef{{"channels", "news"}};
    subscribers.handler = models::spec::CallRef{{"db", ""}};
    return subscribers;
}

inline models::redis_streams::StreamConsumersSpec random_stream_consumers(Random& random,
                                                                          sim::Draws& draws) {
    auto consumers = models::spec::random_value<models::redis_streams::StreamConsumersSpec>(random);
    consumers.stream = models::spec::TakeRef{{"streams", "entries"}};
    consumers.handler = models::spec::CallRef{{"db", ""}};
    consumers.consumers_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    if (consumers.noack) consumers.max_deliveries.reset();
    for (sim::Duration* const each : {&consumers.block, &consumers.claim_interval,
                                      &consumers.request_timeout, &consumers.reconnect_interval}) {
        *each = std::max(*each, sim::Duration(std::chrono::milliseconds(20)));
    }
    return consumers;
}

// Jobs over the log: of a second at most, so that something is told.
template <class Job>
Job random_job(Random& random, sim::Draws& draws) {
    auto job = models::spec::random_value<Job>(random);
    job.topics = {models::spec::ConsumeRef{{"log", "records"}}};
    job.sink.reset();
    job.late_output.reset();
    job.max_out_of_orderness = std::chrono::milliseconds(draws.below(500));
    job.starts_at = std::chrono::milliseconds(draws.below(500));
    return job;
}

inline models::streaming::StreamWindowsSpec random_windows(Random& random, sim::Draws& draws) {
    auto job = random_job<models::streaming::StreamWindowsSpec>(random, draws);
    const sim::Duration size = std::chrono::milliseconds(10 + draws.below(990));
    job.size.reset();
    job.slide.reset();
    job.gap.reset();
    const std::uint64_t which = draws.below(3);
    (which == 0 ? job.gap : job.size) = size;
    if (which == 1) job.slide = size / 3;
    return job;
}

inline models::streaming::StreamPatternsSpec random_patterns(Random& random, sim::Draws& draws) {
    auto job = random_job<models::streaming::StreamPatternsSpec>(random, draws);
    models::streaming::PatternStepSpec step;
    step.topic = "records";
    step.times = static_cast<std::uint32_t>(1 + draws.below(4));
    job.sequence = {step};
    job.within = std::chrono::milliseconds(10 + draws.below(990));
    return job;
}

inline models::CdcConnectorSpec random_connector(Random& random, sim::Draws& draws) {
    auto connector = models::spec::random_value<models::CdcConnectorSpec>(random);
    connector.database = models::spec::TailRef{{"store", ""}};
    connector.topic = models::spec::PublishRef{{"log", "records"}};
    connector.runs_in = models::spec::MentionRef{{"web", ""}};
    connector.captures = models::CapturedRows::outbox;
    connector.poll_interval = std::chrono::milliseconds(50 + draws.below(500));
    return connector;
}

// What a step says to a broker of another kind is refused (tests/models/topology).
inline std::set<std::string> foreign_settings(const models::NodeChoice& broker) {
    std::set<std::string> foreign;
    for (const models::spec::Parameters* const group :
         {&models::spec::parameters_of<models::PublisherWaits>(),
          &models::spec::parameters_of<models::RecordPublishing>(),
          &models::spec::parameters_of<models::MessagePublishing>()}) {
        for (const auto& each : *group) foreign.emplace(each.name);
    }
    for (const models::spec::Parameters* const group : models::Nodes::facts_of(broker).publishing) {
        for (const auto& each : *group) foreign.erase(std::string(each.name));
    }
    return foreign;
}

inline void without_foreign_settings(nlohmann::ordered_json& json,
                                     const models::Scenario& scenario) {
    const bool is_relay =
        json.is_object() && (json.contains("rows_per_poll") || json.contains("decode_time"));
    const char* const field = is_relay ? "topic" : "publish";
    if (json.is_object() && json.contains(field) && json[field].is_string()) {
        const std::string to = json[field];
        const models::NodeChoice* const broker = scenario.nodes.find(to.substr(0, to.find('.')));
        for (const std::string& each : foreign_settings(*broker)) json.erase(each);
        if (to == "rabbit.first") json.erase("routing_key");
    }
    if (!json.is_structured()) return;
    for (auto& each : json) without_foreign_settings(each, scenario);
}

// Who reads what is published, for brokers that something is published to.
inline void add_readers(models::Scenario& scenario, Random& random, sim::Draws& draws) {
    const std::string text = models::resolved_json(scenario);
    auto& nodes = scenario.nodes.entries;
    const bool has_rows = text.find(R"("outbox": "relay")") != std::string::npos;
    const auto& store = *scenario.nodes.find("store")->as<models::Database::Spec>();
    if (has_rows && store.wal && draws.chance(0.5)) {
        nodes.emplace_back("relay", random_connector(random, draws));
    } else if (has_rows) {
        nodes.emplace_back("relay", random_relay(random, draws));
    }
    const auto is_published = [&](const std::string& to) {
        return text.find(R"("publish": ")" + to) != std::string::npos;
    };
    if (has_rows || is_published("log.")) {
        nodes.emplace_back("group", random_group(random, draws));
        nodes.emplace_back("windows", random_windows(random, draws));
        nodes.emplace_back("patterns", random_patterns(random, draws));
    }
    if (is_published("rabbit.")) nodes.emplace_back("takers", random_consumers(random, draws));
    if (is_published("sqs.")) nodes.emplace_back("pollers", random_sqs_consumers(random, draws));
    if (is_published("channels.")) nodes.emplace_back("subscribers", random_subscribers());
    if (is_published("streams.")) {
        nodes.emplace_back("claimers", random_stream_consumers(random, draws));
    }
}

}  // namespace swarm
