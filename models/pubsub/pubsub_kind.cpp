#include "models/nodes.h"
#include "models/pubsub/redis_pubsub.h"

namespace models {

namespace {

struct PubSubKind {
    using Node = pubsub::RedisPubSub;
    static constexpr Role role = Role::answers;
    static constexpr None edges{"It calls nobody: it sends messages on connections it was given."};
    static constexpr auto figures = std::array{
        figure("published", Unit::count, Merge::sum, "Messages that were published."),
        figure("without_receivers", Unit::count, Merge::sum,
               "Those of them that nobody was subscribed to: they are gone."),
        figure("deliveries", Unit::count, Merge::sum,
               "Messages that were sent to subscribers, one for each of them."),
        figure("slow_subscribers_disconnected", Unit::count, Merge::sum,
               "Subscribers that were disconnected, as their output buffer was too large."),
        figure("lost_in_buffers", Unit::count, Merge::sum,
               "Messages in the output buffers of those, and of the server when it crashed."),
        figure("output_buffer_peak", Unit::bytes, Merge::peak,
               "The largest output buffer of a subscriber."),
        figure("publish_time", Unit::seconds, Merge::distribution,
               "From when a message is published until its publisher is told.")};
    static constexpr auto resources =
        std::array{resource("command thread", ResourceKind::work, Unit::count,
                            "The one thread, which carries out commands and sends messages.",
                            "The end of the command's time.", {.parameter = "command_time"})};
    static constexpr auto usages = std::array{kInstanceHours};
    static Instances instances(const pubsub::RedisPubSub::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = false,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const pubsub::RedisPubSub::Spec& spec) {
        return {.endpoints = spec.channels,
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase,
                .has_locks = false,
                .publishing = {&spec::parameters_of<pubsub::ChannelPublishing>()},
                .queues = spec.channels,
                .taken_by = "redis_subscribers"};
    }
    static Capacity capacity(const pubsub::RedisPubSub::Spec& spec) {
        return {.instances = 1,
                .cores = 1,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, 1}},
                .notes = {}};
    }
    static Cost cost(const pubsub::RedisPubSub::Spec& spec, const std::string&, Costing& costing) {
        costing.note("its messages are reckoned as sent to one subscriber each.");
        Cost cost;
        cost.stays_s = sim::seconds(spec.command_time + spec.delivery_time);
        cost.resources["command thread"] = {cost.stays_s, 1, true, true};
        return cost;
    }
};

}  // namespace

const NodeKind& redis_pubsub_kind() {
    static const NodeKind kind = node_kind<PubSubKind>();
    return kind;
}

}  // namespace models
