// What can be said of a queue service and its queues. The names are those of SQS's queue
// attributes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/cloud_queue/queue.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"
#include "models/topics.h"

namespace models::sqs {

enum class QueueType : std::uint8_t { standard, fifo };
constexpr auto names_of(QueueType) {
    return std::array{
        spec::Word{"standard", QueueType::standard,
                   "At least once, and in no order that can be relied on."},
        spec::Word{"fifo", QueueType::fifo,
                   "In order within each message group, of which no message is received while "
                   "others of it are in flight."}};
}

// What it takes of a step that publishes to it (models/topics.h).
struct SendPublishing : PublisherWaits, RecordPublishing {
    static constexpr auto params() {
        using namespace spec;
        using Spec = SendPublishing;
        return std::tuple{param("key", &Spec::record_key, "As the step says."),
                          param("linger", &Spec::linger, "As the step says."),
                          param("request_timeout", &Spec::request_timeout, "As the step says."),
                          param("retry_backoff", &Spec::retry_backoff, "As the step says."),
                          param("delivery_timeout", &Spec::delivery_timeout, "As the step says.")};
    }
};

struct QueueSpec {
    static constexpr std::string_view name = "cloud_queue";
    static constexpr std::string_view doc =
        "A queue: a message that is received is invisible for a time, and comes back if it is not "
        "deleted by then.";
    QueueType type = QueueType::standard;
    sim::Duration visibility_timeout = std::chrono::seconds(30);
    sim::Duration delay{};
    sim::Duration message_retention_period = std::chrono::hours(4 * 24);
    std::string dead_letter_queue;
    std::uint32_t max_receive_count = 0;
    bool content_based_deduplication = false;
    std::uint32_t in_flight_limit = 120000;
    std::uint32_t throughput_limit = 300;

    QueueSettings settings(const std::string& named) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = QueueSpec;
        constexpr sim::Duration kNone = sim::Duration::zero();
        constexpr sim::Duration kLongest = std::chrono::hours(24 * 14);
        return std::tuple{
            param("type", &Spec::type, "What it promises."),
            param("visibility_timeout", &Spec::visibility_timeout,
                  between(kNone, sim::Duration(std::chrono::hours(12))),
                  "How long a message that was received is not received again (VisibilityTimeout). "
                  "When it is shorter than the work, messages are handled more than once."),
            param("delay", &Spec::delay, between(kNone, sim::Duration(std::chrono::minutes(15))),
                  "How long a message that was sent cannot be received (DelaySeconds). With 0s "
                  "(the default) it can be at once."),
            param("message_retention_period", &Spec::message_retention_period,
                  between(sim::Duration(std::chrono::minutes(1)), kLongest),
                  "How long after it was sent a message is deleted, handled or not "
                  "(MessageRetentionPeriod)."),
            param("dead_letter_queue", &Spec::dead_letter_queue,
                  "Queue of this node that gets messages which were received max_receive_count "
                  "times and not deleted (RedrivePolicy). Without it they come back until their "
                  "retention is over."),
            param("max_receive_count", &Spec::max_receive_count, at_most(1000u),
                  "Receives after which a message is dead-lettered, when it would be received once "
                  "more (maxReceiveCount). 0 (the default): never."),
            param("content_based_deduplication", &Spec::content_based_deduplication,
                  "Whether a FIFO queue takes a message that is sent again within 5 minutes for "
                  "the first one: the same request of a user, however often it is tried."),
            param("in_flight_limit", &Spec::in_flight_limit, between(1u, 1000000u),
                  "Messages that can be received and not deleted at a time. Beyond it a receive "
                  "gets none: with short polling it fails (OverLimit)."),
            param("throughput_limit", &Spec::throughput_limit, between(1u, 1000000u),
                  "Requests a second for each action (send, receive, delete) of a FIFO queue; "
                  "more are refused (RequestThrottled). A batch is one request. Standard queues "
                  "have no such limit.")};
    }
    void check(spec::Check& check) const;
};

struct SqsSpec {
    static constexpr std::string_view kind = "sqs";
    static constexpr std::string_view doc =
        "A cloud queue (SQS): a service with queues that processes send to, receive from and "
        "delete from by requests, each of which is paid for. Steps of servers send to it "
        "(`publish`), and `sqs_consumers` receive.";
    spec::Named<QueueSpec> queues;
    std::uint32_t servers = 10;
    std::uint32_t copies = 3;
    std::uint32_t sampled_servers = 3;
    Times request_time = spec::Constant<sim::Duration>{std::chrono::milliseconds(10)};

    std::uint32_t instance_count() const { return servers; }
    Abilities suffers() const;
    std::vector<std::string> queue_names() const;
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = SqsSpec;
        return std::tuple{
            required("queues", &Spec::queues, not_empty(), "Queues, by name."),
            param("servers", &Spec::servers, between(1u, 64u),
                  "Servers that messages are spread over. The service does not say how many it "
                  "has: the default is an assumption."),
            param("copies", &Spec::copies, between(1u, 64u),
                  "Servers that have a copy of each message. A message that is deleted while one "
                  "of them is away is there again when it comes back. The default is an "
                  "assumption."),
            param("sampled_servers", &Spec::sampled_servers, between(1u, 64u),
                  "Servers, at random, that a receive without a wait time asks (short polling): "
                  "it does not find what others have. With a wait time all are asked. The default "
                  "is an assumption."),
            param("request_time", &Spec::request_time,
                  "Time that a request takes in the service, without the way to it and the wait "
                  "for messages. The default is an assumption.")};
    }
    static constexpr auto gone() {
        return std::array{spec::Gone{"usd_per_million_requests",
                                     "prices are the scenario's: \"prices\": {\"items\": "
                                     "{\"queue_requests\": {\"usd\": 0.4}}}, "
                                     "for a million"}};
    }
};

}  // namespace models::sqs
