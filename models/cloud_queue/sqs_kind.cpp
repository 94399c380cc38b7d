#include "models/cloud_queue/sqs.h"
#include "models/nodes.h"

namespace models {

namespace {

struct SqsKind {
    using Node = sqs::Sqs;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody: it answers on connections it was given."};
    static constexpr auto figures = std::array{
        figure("sent", Unit::count, Merge::sum,
               "Messages that the service has taken from senders. With dead_letters and reappeared "
               "it is the sum of deleted, dead_lettered, expired and of what is there."),
        figure("deduplicated", Unit::count, Merge::sum,
               "Messages taken for ones that had been sent before, and dropped."),
        figure("dead_letters", Unit::count, Merge::sum,
               "Messages that came to a queue as another's dead letters."),
        figure("reappeared", Unit::count, Merge::sum,
               "Copies that were on a server which was away when their message was deleted, and "
               "that are messages again."),
        figure("received", Unit::count, Merge::sum, "Messages in answers to receives, each time."),
        figure("received_again", Unit::count, Merge::sum,
               "Those of them that had been received before."),
        figure("timed_out", Unit::count, Merge::sum,
               "Times that a message became visible again as its visibility timeout was over."),
        figure("deleted", Unit::count, Merge::sum, "Messages that consumers have deleted."),
        figure("old_receipts", Unit::count, Merge::sum,
               "Deletes without an effect: the message had been received again since, or had "
               "gone."),
        figure("dead_lettered", Unit::count, Merge::sum,
               "Messages moved to a dead-letter queue, as they were received too often."),
        figure("expired", Unit::count, Merge::sum,
               "Messages deleted as their retention period was over."),
        figure("visible", Unit::count, Merge::last, "Messages at the end that can be received."),
        figure("in_flight", Unit::count, Merge::last,
               "Messages at the end that were received and not deleted."),
        figure("delayed", Unit::count, Merge::last,
               "Messages at the end that cannot be received yet."),
        figure("queue_length", Unit::count, Merge::over_time,
               "Messages in all queues that can be received."),
        figure("queue_length_peak", Unit::count, Merge::peak, "Most of these that were sampled."),
        figure("requests", Unit::count, Merge::sum, "Requests of all actions that were answered."),
        figure("billed_requests", Unit::count, Merge::sum,
               "What is paid for: requests, each 64 KiB of what they carry as one."),
        figure("send_requests", Unit::count, Merge::sum, "Requests to send, one for a batch."),
        figure("receive_requests", Unit::count, Merge::sum, "Requests to receive."),
        figure("empty_receives", Unit::count, Merge::sum, "Those of them that brought nothing."),
        figure("delete_requests", Unit::count, Merge::sum, "Requests to delete, one for a batch."),
        figure("throttled", Unit::count, Merge::sum,
               "Requests of FIFO queues that were refused, as there were too many."),
        figure("over_limit", Unit::count, Merge::sum,
               "Receives that were refused, as too many messages were in flight."),
        figure("publish_time", Unit::seconds, Merge::distribution,
               "From when a message is to be sent until the service has it, with batching and "
               "what was tried again.")};
    static constexpr auto resources = std::array{
        resource("request rate", ResourceKind::limit, Unit::count,
                 "Requests of a FIFO queue, so many of each action in a time: one more "
                 "is refused.",
                 "Time passes.", {.parameter = "queues", .refusal = cause::rate_limited})};
    static constexpr auto usages =
        std::array{usage("queue_requests", UsageUnit::requests,
                         "Requests to the service; each 64 KiB of what one carries count as one.")};
    static constexpr auto external_metrics = std::array<std::string_view, 1>{"queue_length"};
    static Instances instances(const sqs::Sqs::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = false,
                .talks_among_itself = false,
                .pods = {}};
    }
    static Answers answers(const sqs::Sqs::Spec& spec) {
        return {.endpoints = spec.queue_names(),
                .first_answers = false,
                .reads_content = false,
                .takes_evictions = false,
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase,
                .has_locks = false,
                .publishing = {&spec::parameters_of<sqs::SendPublishing>()},
                .queues = spec.queue_names(),
                .taken_by = "sqs_consumers"};
    }
    static Capacity capacity(const sqs::Sqs::Spec& spec) {
        return {
            .instances = spec.servers,
            .cores = 0,
            .slots_name = {},
            .slots = 0,
            .paid = {},
            .notes = {"requests to the service are paid for one by one: they are left out here."}};
    }
    // What is sent, each message by itself: of a FIFO queue so many a second.
    static Cost cost(const sqs::Sqs::Spec& spec, const std::string& queue, Costing&) {
        Cost cost;
        cost.stays_s = spec.request_time.build().mean();
        for (const auto& [name, each] : spec.queues.entries) {
            if (name != queue || each.type != sqs::QueueType::fifo) continue;
            ResourceCost& rate = cost.resources["request rate of " + queue];
            rate = {1.0 / each.throughput_limit, 1};
            rate.is_of_all = true;
        }
        return cost;
    }
};

}  // namespace

const NodeKind& sqs_kind() {
    static const NodeKind kind = node_kind<SqsKind>();
    return kind;
}

}  // namespace models
