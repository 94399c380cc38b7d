// What can be said of the consumers of a queue.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/cloud_queue/api.h"
#include "models/spec/declaration/spec.h"

namespace models::sqs {

// When a consumer deletes a message: what a crash before or after does follows.
enum class DeleteWhen : std::uint8_t { each, batch, before };
constexpr auto names_of(DeleteWhen) {
    return std::array{
        spec::Word{"each", DeleteWhen::each,
                   "When it is handled: at least once, with a request for each message."},
        spec::Word{"batch", DeleteWhen::batch,
                   "When all messages of a receive are handled, those that were handled well with "
                   "one request (DeleteMessageBatch): at least once, and a crash leaves more of "
                   "them."},
        spec::Word{"before", DeleteWhen::before,
                   "Before they are handled, all that were received: at most once."}};
}

enum class OnFailure : std::uint8_t { leave, release };
constexpr auto names_of(OnFailure) {
    return std::array{
        spec::Word{"leave", OnFailure::leave, "It comes back when its visibility timeout is over."},
        spec::Word{"release", OnFailure::release,
                   "It is visible again at once (ChangeMessageVisibility to 0)."}};
}

struct SqsConsumersSpec {
    static constexpr std::string_view kind = "sqs_consumers";
    static constexpr std::string_view doc =
        "Consumers of a cloud queue, in each instance of a server: each receives messages, has one "
        "after the other handled by an endpoint there, and deletes them.";
    spec::TakeRef queue;
    spec::CallRef handler;
    std::uint32_t consumers_per_instance = 1;
    std::uint32_t max_number_of_messages = kMostInBatch;
    sim::Duration wait_time = kMostWait;
    std::optional<sim::Duration> visibility_timeout;
    std::optional<sim::Duration> extend_visibility;
    sim::Duration poll_interval{};
    DeleteWhen delete_when = DeleteWhen::each;
    OnFailure on_failure = OnFailure::leave;
    sim::Duration request_timeout = std::chrono::seconds(5);

    void check(spec::Check& check) const {
        check.that(!queue.endpoint.empty(), "queue", "it does not say which queue",
                   "write \"" + queue.node + ".QUEUE\"");
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = SqsConsumersSpec;
        constexpr sim::Duration kNone = sim::Duration::zero();
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        constexpr sim::Duration kLongest = std::chrono::hours(12);
        return std::tuple{
            required("queue", &Spec::queue, "The queue: \"node.queue\"."),
            required("handler", &Spec::handler,
                     "The server whose instances consume, and its endpoint that handles a "
                     "message: \"node.endpoint\"."),
            param("consumers_per_instance", &Spec::consumers_per_instance, between(1u, 1000u),
                  "Consumers in each instance (threads); each handles one message at a time."),
            param("max_number_of_messages", &Spec::max_number_of_messages,
                  between(1u, kMostInBatch),
                  "Most messages of a receive (MaxNumberOfMessages). They are handled one after "
                  "the other, while the visibility timeouts of all of them run."),
            param("wait_time", &Spec::wait_time, between(kNone, kMostWait),
                  "How long a receive waits for a message (WaitTimeSeconds, long polling). With "
                  "0s it does not wait and asks only some of the servers (short polling)."),
            param("visibility_timeout", &Spec::visibility_timeout, between(kNone, kLongest),
                  "Visibility timeout of what is received here. Without it, the queue's."),
            param("extend_visibility", &Spec::extend_visibility, between(kLeast, kLongest),
                  "Interval at which the messages that are held have their timeout begun anew "
                  "(ChangeMessageVisibility, a heartbeat). Without it, never."),
            param("poll_interval", &Spec::poll_interval, at_least(kNone),
                  "How long a consumer waits after a receive that brought nothing. With 0s (the "
                  "default) it asks again at once."),
            param("delete_when", &Spec::delete_when, "When it deletes a message."),
            param("on_failure", &Spec::on_failure,
                  "What becomes of a message whose handler fails, if it is not deleted before."),
            param("request_timeout", &Spec::request_timeout, at_least(kLeast),
                  "How long a consumer waits for the service's answer, besides the time that "
                  "a receive waits for messages.")};
    }
};

}  // namespace models::sqs
