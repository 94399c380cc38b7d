#include "models/nodes.h"
#include "models/queue_broker/rabbitmq.h"
#include "models/roles.h"

namespace models {

namespace {

struct RabbitMqKind {
    using Node = amqp::RabbitMq;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: it sends messages on connections it was given."};
    static constexpr auto figures = std::array{
        figure("published", Unit::count, Merge::sum, "Messages that publishers have sent."),
        figure("unroutable", Unit::count, Merge::sum,
               "Those that no queue got, and that were dropped."),
        figure("returned", Unit::count, Merge::sum,
               "Those that no queue got, and that were returned, as they were mandatory."),
        figure("copies", Unit::count, Merge::sum,
               "Messages in queues, one for each queue that they were routed to, with dead "
               "letters. It is the sum of all ends that follow, and of what is there."),
        figure("delivered", Unit::count, Merge::sum, "Deliveries to consumers."),
        figure("redelivered", Unit::count, Merge::sum,
               "Those of messages that had been delivered before."),
        figure("acknowledged", Unit::count, Merge::sum, "Copies that were acknowledged."),
        figure("dead_lettered_rejected", Unit::count, Merge::sum,
               "Copies that went to a dead letter exchange, as a consumer rejected them."),
        figure("dropped_rejected", Unit::count, Merge::sum,
               "Copies that a consumer rejected, of queues that do not dead-letter."),
        figure("dead_lettered_expired", Unit::count, Merge::sum,
               "Copies that were dead-lettered when their time to live was over."),
        figure("dropped_expired", Unit::count, Merge::sum, "Copies that expired and were gone."),
        figure("dead_lettered_maxlen", Unit::count, Merge::sum,
               "Copies that were dead-lettered by a full queue."),
        figure("dropped_maxlen", Unit::count, Merge::sum,
               "Copies that a full queue dropped from its head."),
        figure("dead_lettered_delivery_limit", Unit::count, Merge::sum,
               "Copies that were dead-lettered as they came back too often."),
        figure("dropped_delivery_limit", Unit::count, Merge::sum,
               "Copies that came back too often and were gone."),
        figure("refused", Unit::count, Merge::sum,
               "Copies that a full queue did not take (reject-publish)."),
        figure("lost", Unit::count, Merge::sum,
               "Copies that went with a node: not persistent, not durable, or sent to a queue "
               "that was down."),
        figure("dead_letters_unroutable", Unit::count, Merge::sum,
               "Dead letters that no queue got."),
        figure("dead_letters_in_cycle", Unit::count, Merge::sum,
               "Dead letters dropped, as they would have gone in a circle for ever."),
        figure("ready", Unit::count, Merge::last, "Copies at the end that nobody has."),
        figure("unacknowledged", Unit::count, Merge::last,
               "Copies at the end that consumers have."),
        figure("queue_length", Unit::count, Merge::over_time, "Ready copies in all queues."),
        figure("queue_length_peak", Unit::count, Merge::peak, "Most of these that were sampled."),
        figure("memory_alarms", Unit::count, Merge::sum,
               "Times that memory was above the watermark, and publishers were blocked."),
        figure("elections", Unit::count, Merge::sum,
               "Times that a quorum queue got another leader."),
        figure("publish_time", Unit::seconds, Merge::distribution,
               "From when a message is sent until it is confirmed, where the request waits for "
               "that.")};
    static constexpr auto resources =
        std::array{resource("cores", ResourceKind::work, Unit::count,
                            "What is published, delivered and acknowledged shares a node's.",
                            "The work is done.", {.parameter = "cores"})};
    static constexpr auto usages = std::array{kInstanceHours};
    static constexpr auto external_metrics = std::array<std::string_view, 1>{"queue_length"};
    static Instances instances(const amqp::RabbitMq::Spec& spec) {
        std::vector<std::string> roles;  // one node alone has nobody who follows
        if (spec.nodes > 1) roles = {std::string(kLeaderRole), std::string(kFollowerRole)};
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = roles,
                .has_doors = true,
                .talks_among_itself = spec.nodes > 1,
                .pods = {}};
    }
    static Answers answers(const amqp::RabbitMq::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase,
                .has_locks = false,
                .publishing = {&spec::parameters_of<PublisherWaits>(),
                               &spec::parameters_of<MessagePublishing>()},
                .queues = spec.queue_names()};
    }
    static Capacity capacity(const amqp::RabbitMq::Spec& spec) {
        return {.instances = spec.nodes,
                .cores = spec.cores,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.nodes)}},
                .notes = {},
                .shares_cores = true};
    }
    // Of one delivery each: how many queues get it, the routing says.
    static Cost cost(const amqp::RabbitMq::Spec& spec, const std::string&, Costing& costing) {
        Cost cost;
        cost.stays_s = sim::seconds(spec.publish_time);
        cost.core_s = sim::seconds(spec.publish_time + spec.delivery_time + spec.acknowledge_time);
        costing.note("RabbitMQ is reckoned with one queue for each message, and no requeueing.");
        return cost;
    }
};

}  // namespace

const NodeKind& rabbitmq_kind() {
    static const NodeKind kind = node_kind<RabbitMqKind>();
    return kind;
}

}  // namespace models
