// Systems nobody thought of: random valid scenarios, of which only what must always hold is asked.
#include <doctest/doctest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "models/arrivals/poisson.h"
#include "models/arrivals/trace.h"
#include "models/change_capture/cdc_connector_spec.h"
#include "models/change_capture/outbox_relay_spec.h"
#include "models/clients/open_loop.h"
#include "models/clients/users.h"
#include "models/cloud_queue/consumers_spec.h"
#include "models/cloud_queue/sqs_spec.h"
#include "models/databases/database.h"
#include "models/lock_service/lock_service.h"
#include "models/log_broker/consumer_group.h"
#include "models/pubsub/pubsub_spec.h"
#include "models/queue_broker/consumers.h"
#include "models/queue_broker/rabbitmq.h"
#include "models/redis_streams/streams_spec.h"
#include "models/servers/server.h"
#include "models/spec/declaration/spec.h"
#include "models/spec/json/json_text.h"
#include "models/steps/steps.h"
#include "models/stream_processing/stream_patterns.h"
#include "models/stream_processing/stream_windows.h"
#include "tests/support/play.h"

namespace {

using models::spec::Random;

const std::vector<std::string> kMachines = {"web", "db", "store"};

// What is refused is not played: tests/laws/failures_test.cpp.
bool can_strike(const models::Scenario& scenario, const models::FailureChoice& failure) {
    const models::Outage& outage = models::Failures::outage_of(failure);
    const models::NodeChoice* const node = scenario.nodes.find(outage.target.node.node);
    if (node == nullptr) return false;
    const models::NodeFacts facts = models::Nodes::facts_of(*node);
    return outage.instances <= facts.instances &&
           facts.suffers.has(models::Failures::needs_of(failure));
}

// Whose own check chance meets too rarely is the default one, which has no endpoints.
models::Server::Spec random_server(Random& random) {
    models::Server::Spec server;
    while (server.endpoints.empty())
        server = models::spec::random_value<models::Server::Spec>(random);
    return server;
}

// Nobody here is a cluster, so nothing is said of where pods go.
void without_cluster(models::Server::Spec& server) {
    server.cluster.reset();
    server.daemon = false;
    server.node_selector = {};
    server.tolerations.clear();
    server.priority = 0;
}

// One topic; brokers beat every few milliseconds at most.
models::Kafka::Spec random_kafka(Random& random, sim::Draws& draws) {
    auto kafka = models::spec::random_value<models::Kafka::Spec>(random);
    kafka.brokers = static_cast<std::uint32_t>(3 + draws.below(3));
    kafka.controllers = 0;
    auto topic = models::spec::random_value<models::TopicSpec>(random);
    topic.partitions = static_cast<std::uint32_t>(1 + draws.below(6));
    topic.replication_factor = static_cast<std::uint32_t>(1 + draws.below(3));
    topic.min_insync_replicas = 1;
    kafka.topics.entries = {{"records", topic}};
    for (sim::Duration* const each :
         {&kafka.replica_lag_time, &kafka.broker_heartbeat_interval, &kafka.election_timeout,
          &kafka.leader_rebalance_interval, &kafka.retention_check_interval}) {
        *each = std::max(*each, sim::Duration(std::chrono::milliseconds(20)));
    }
    kafka.broker_session_timeout = 3 * kafka.broker_heartbeat_interval;
    return kafka;
}

models::ConsumerGroup::Spec random_group(Random& random, sim::Draws& draws) {
    auto group = models::spec::random_value<models::ConsumerGroup::Spec>(random);
    group.topics = {models::spec::ConsumeRef{{"log", "records"}}};
    group.handler = models::spec::CallRef{{"db", ""}};
    group.dead_letter.reset();
    group.members_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    group.heartbeat_interval = std::chrono::milliseconds(50 + draws.below(500));
    group.session_timeout = 3 * group.heartbeat_interval;
    return group;
}

models::OutboxRelaySpec random_relay(Random& random, sim::Draws& draws) {
    auto relay = models::spec::random_value<models::OutboxRelaySpec>(random);
    relay.database = models::spec::FollowRef{{"store", ""}};
    relay.topic = models::spec::PublishRef{{"log", "records"}};
    relay.runs_in = models::spec::MentionRef{{"web", ""}};
    relay.poll_interval = std::chrono::milliseconds(50 + draws.below(500));
    return relay;
}

// Rows that are in no transaction become work.
void keep_rows_in_transactions(models::Steps& steps, bool is_in_one) {
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
models::amqp::RabbitMqSpec random_rabbitmq(Random& random, sim::Draws& draws) {
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

models::amqp::ConsumersSpec random_consumers(Random& random, sim::Draws& draws) {
    auto consumers = models::spec::random_value<models::amqp::ConsumersSpec>(random);
    consumers.queue = models::spec::TakeRef{{"rabbit", draws.chance(0.5) ? "first" : "dead"}};
    consumers.handler = models::spec::CallRef{{"db", ""}};
    consumers.consumers_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    return consumers;
}

// A queue and its dead letters. Who asks again at once takes time for it.
models::sqs::SqsSpec random_sqs(Random& random, sim::Draws& draws) {
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

models::sqs::SqsConsumersSpec random_sqs_consumers(Random& random, sim::Draws& draws) {
    auto consumers = models::spec::random_value<models::sqs::SqsConsumersSpec>(random);
    consumers.queue = models::spec::TakeRef{{"sqs", draws.chance(0.7) ? "work" : "dead"}};
    consumers.handler = models::spec::CallRef{{"db", ""}};
    consumers.consumers_per_instance = static_cast<std::uint32_t>(1 + draws.below(3));
    consumers.poll_interval = std::chrono::milliseconds(10 + draws.below(500));
    return consumers;
}

models::pubsub::SubscribersSpec random_subscribers() {
    models::pubsub::SubscribersSpec subscribers;
    subscribers.channel = models::spec::TakeRef{{"channels", "news"}};
    subscribers.handler = models::spec::CallRef{{"db", ""}};
    return subscribers;
}

models::redis_streams::StreamConsumersSpec random_stream_consumers(Random& random,
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

models::streaming::StreamWindowsSpec random_windows(Random& random, sim::Draws& draws) {
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

models::streaming::StreamPatternsSpec random_patterns(Random& random, sim::Draws& draws) {
    auto job = random_job<models::streaming::StreamPatternsSpec>(random, draws);
    models::streaming::PatternStepSpec step;
    step.topic = "records";
    step.times = static_cast<std::uint32_t>(1 + draws.below(4));
    job.sequence = {step};
    job.within = std::chrono::milliseconds(10 + draws.below(990));
    return job;
}

models::CdcConnectorSpec random_connector(Random& random, sim::Draws& draws) {
    auto connector = models::spec::random_value<models::CdcConnectorSpec>(random);
    connector.database = models::spec::TailRef{{"store", ""}};
    connector.topic = models::spec::PublishRef{{"log", "records"}};
    connector.runs_in = models::spec::MentionRef{{"web", ""}};
    connector.captures = models::CapturedRows::outbox;
    connector.poll_interval = std::chrono::milliseconds(50 + draws.below(500));
    return connector;
}

// What a step says to a broker of another kind is refused (tests/models/topology).
std::set<std::string> foreign_settings(const models::NodeChoice& broker) {
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

void without_foreign_settings(nlohmann::ordered_json& json, const models::Scenario& scenario) {
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
void add_readers(models::Scenario& scenario, Random& random, sim::Draws& draws) {
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

// Calls go down the list only, so that no circle can come about.
models::Scenario random_scenario(std::uint64_t seed) {
    sim::Draws draws(sim::mix(seed));
    std::size_t least = 0;
    Random random([&] { return draws.next(); },
                  [&](models::spec::Edge edge) {
                      if (edge == models::spec::Edge::kOutbox) {
                          return models::spec::NodeRef{"relay", ""};
                      }
                      const bool is_store = edge == models::spec::Edge::kTransaction ||
                                            edge == models::spec::Edge::kRemember;
                      if (is_store) {
                          return models::spec::NodeRef{"store", ""};
                      }
                      if (edge == models::spec::Edge::kLock) {
                          return models::spec::NodeRef{"locks", ""};
                      }
                      if (edge == models::spec::Edge::kPublish) {
                          const std::array<models::spec::NodeRef, 7> topics{{{"rabbit", "first"},
                                                                             {"rabbit", "events"},
                                                                             {"sqs", "work"},
                                                                             {"channels", "news"},
                                                                             {"streams", "entries"},
                                                                             {"log", "records"},
                                                                             {"log", "records"}}};
                          return topics[draws.below(topics.size())];
                      }
                      const std::size_t node = least + draws.below(kMachines.size() - least);
                      return models::spec::NodeRef{kMachines[node], ""};
                  });
    models::Scenario scenario;
    scenario.run.measure = std::chrono::seconds(5);
    scenario.run.warm_up = std::chrono::seconds(draws.below(2));

    auto open = models::spec::random_value<models::OpenLoop::Spec>(random);
    if (open.arrivals.as<models::TraceArrivals::Spec>() != nullptr) {
        open.arrivals = models::PoissonArrivals::Spec{};  // there is no file for it
    }
    const double rate = static_cast<double>(1 + draws.below(300));
    open.rate.per_second = models::Arrivals::has_own_times(open.arrivals) ? 0 : rate;
    open.stages.clear();
    auto users = models::spec::random_value<models::Users::Spec>(random);
    users.users = static_cast<std::uint32_t>(1 + draws.below(50));
    users.think_time = models::spec::Exponential<sim::Duration>{std::chrono::milliseconds(300)};
    least = 1;
    auto web = random_server(random);
    web.replicas = static_cast<std::uint32_t>(1 + draws.below(4));
    without_cluster(web);
    least = 2;
    auto db = random_server(random);
    db.replicas = static_cast<std::uint32_t>(1 + draws.below(2));
    without_cluster(db);
    for (models::Server::Spec* const each : {&web, &db}) {
        for (auto& [name, steps] : each->endpoints.entries) keep_rows_in_transactions(steps, false);
    }
    const auto store = models::spec::random_value<models::Database::Spec>(random);
    const auto locks = models::spec::random_value<models::LockService::Spec>(random);
    auto channels = models::spec::random_value<models::pubsub::PubSubSpec>(random);
    channels.channels = {"news"};
    channels.output_buffer_soft_limit = channels.output_buffer_hard_limit;
    channels.reconnect_interval =
        std::max(channels.reconnect_interval, sim::Duration(std::chrono::milliseconds(20)));
    auto streams = models::spec::random_value<models::redis_streams::RedisStreamsSpec>(random);
    streams.streams.entries = {
        {"entries", models::spec::random_value<models::redis_streams::StreamSpec>(random)}};
    scenario.nodes.entries = {{"open", open},
                              {"users", users},
                              {"web", web},
                              {"db", db},
                              {"store", store},
                              {"locks", locks},
                              {"log", random_kafka(random, draws)},
                              {"rabbit", random_rabbitmq(random, draws)},
                              {"sqs", random_sqs(random, draws)},
                              {"channels", channels},
                              {"streams", streams}};
    add_readers(scenario, random, draws);
    least = 0;
    for (std::uint64_t i = draws.below(3); i > 0; --i) {
        auto failure = models::spec::random_value<models::FailureChoice>(random);
        auto& outage = const_cast<models::Outage&>(models::Failures::outage_of(failure));
        outage.at = std::chrono::milliseconds(draws.below(4000));
        if (!outage.is_random()) outage.lasts = std::chrono::milliseconds(1 + draws.below(3000));
        outage.zone.reset();
        outage.region.reset();
        outage.role.reset();
        outage.when.reset();
        if (outage.is_on_links()) continue;  // there are none
        if (can_strike(scenario, failure)) scenario.failures.push_back(failure);
    }
    return scenario;
}

// Retries of retries, layer upon layer, would be more requests than there is time for.
std::string tamed(const models::Scenario& scenario) {
    static const std::regex many(R"re("(max_attempts|max_hedges)": \d+)re");
    auto json = nlohmann::ordered_json::parse(
        std::regex_replace(models::resolved_json(scenario), many, "\"$1\": 2"));
    without_foreign_settings(json, scenario);
    return json.dump();
}

class TimeWatch final : public models::Onlooker {
public:
    void at(sim::Time now, sim::Time, std::uint64_t) override {
        forward = forward && now >= last;
        last = now;
    }
    bool forward = true;
    sim::Time last{};
};

}  // namespace

TEST_CASE("random valid systems: every request ends in one way, and a seed is a run") {
    std::size_t played = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const std::string text = tamed(random_scenario(seed));
        models::Loaded loaded = models::load({"swarm", {}, {}, text});
        const std::string problems = loaded.problems.render();
        REQUIRE_MESSAGE(loaded.scenario.has_value(), "seed ", seed, "\n", problems, "\n", text);
        const models::Scenario& scenario = *loaded.scenario;
        const std::string resolved = models::resolved_json(scenario);
        models::Loaded again = models::load({"swarm", {}, {}, resolved});
        REQUIRE(again.scenario.has_value());
        CHECK(models::resolved_json(*again.scenario) == resolved);
        TimeWatch watch;
        const sim::Recording run = models::simulate(scenario, {seed, 0}, &watch);
        CHECK(watch.forward);
        for (const sim::NodeRecord& node : run.nodes) {
            INFO("seed ", seed, ", node ", node.name);
            CHECK(node.totals.finished() <= node.totals.offered);
            CHECK(node.latency.count() == node.totals.finished());
            std::int64_t there = 0;
            node.slices.for_each([&](std::size_t, const sim::Slice& slice) {
                there += std::int64_t{slice.arrived} - slice.finished;
                CHECK(there >= 0);
                CHECK(slice.succeeded <= slice.finished);
            });
        }
        CHECK(models::simulate(scenario, {seed, 0}).fingerprint.value() == run.fingerprint.value());
        ++played;
    }
    CHECK(played == 150);
}
