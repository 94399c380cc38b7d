// What can be said of the consumers of a queue.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models::amqp {

// When a consumer says that it has done with a message: what a crash before or after does follows.
enum class AcknowledgeWhen : std::uint8_t { after, before, automatic };
constexpr auto names_of(AcknowledgeWhen) {
    return std::array{
        spec::Word{"after", AcknowledgeWhen::after,
                   "When it is handled: at least once. What a crash leaves is delivered again."},
        spec::Word{"before", AcknowledgeWhen::before,
                   "Just before it is handled: at most once. A crash loses the one at hand."},
        spec::Word{"automatic", AcknowledgeWhen::automatic,
                   "Never: it is done with when it is sent (no-ack). A crash loses all that is "
                   "waiting here, and there is no prefetch."}};
}

enum class OnFailure : std::uint8_t { reject, requeue };
constexpr auto names_of(OnFailure) {
    return std::array{
        spec::Word{"reject", OnFailure::reject,
                   "It is dead-lettered, or gone where its queue has no such exchange."},
        spec::Word{"requeue", OnFailure::requeue,
                   "It goes back to where it was, and is delivered again at once."}};
}

struct ConsumersSpec {
    static constexpr std::string_view kind = "consumers";
    static constexpr std::string_view doc =
        "Consumers of a queue broker's queue, in each instance of a server: each takes what it is "
        "sent, and has one message after the other handled by an endpoint there.";
    spec::TakeRef queue;
    spec::CallRef handler;
    std::uint32_t consumers_per_instance = 1;
    std::uint32_t prefetch = 250;
    AcknowledgeWhen acknowledge = AcknowledgeWhen::after;
    OnFailure on_failure = OnFailure::reject;

    void check(spec::Check& check) const {
        check.that(!queue.endpoint.empty(), "queue", "it does not say which queue",
                   "write \"" + queue.node + ".QUEUE\"");
    }
    static constexpr auto params() {
        using namespace spec;
        using Spec = ConsumersSpec;
        return std::tuple{
            required("queue", &Spec::queue, "The queue: \"node.queue\"."),
            required("handler", &Spec::handler,
                     "The server whose instances consume, and its endpoint that handles a "
                     "message: \"node.endpoint\"."),
            param("consumers_per_instance", &Spec::consumers_per_instance, between(1u, 1000u),
                  "Consumers in each instance, each on a connection of its own; each handles one "
                  "message at a time."),
            param("prefetch", &Spec::prefetch, at_most(65535u),
                  "Most messages that a consumer has without having acknowledged them "
                  "(basic.qos); 0: no limit, which is AMQP's own default. The more, the less "
                  "often it waits for the broker, and the more is bound to one that is slow."),
            param("acknowledge", &Spec::acknowledge, "When it acknowledges a message."),
            param("on_failure", &Spec::on_failure,
                  "What becomes of a message whose handler fails, if it is not acknowledged "
                  "before.")};
    }
};

}  // namespace models::amqp
