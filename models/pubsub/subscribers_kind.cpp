#include "models/nodes.h"
#include "models/pubsub/subscribers.h"

namespace models {

namespace {

struct SubscribersKind {
    using Node = pubsub::Subscribers;
    static constexpr Role role = Role::reads;
    static constexpr auto edges =
        std::array{edge("channel", Passes::own, "Messages of the channel."),
                   edge("handler", Passes::to_instances,
                        "Messages, each to every instance that is subscribed.")};
    static constexpr auto figures = std::array{
        figure("received", Unit::count, Merge::sum, "Messages that subscribers have read."),
        figure("handled", Unit::count, Merge::sum, "Those of them that were handled."),
        figure("failed_attempts", Unit::count, Merge::sum, "Those whose handler failed."),
        figure("lost_unread", Unit::count, Merge::sum,
               "Messages in the socket of a process that died."),
        figure("lost_connections", Unit::count, Merge::sum,
               "Connections that the server has closed or refused."),
        figure("age", Unit::seconds, Merge::distribution,
               "From when a message was published until it was handled.")};
    static constexpr None resources{"They wait in the instances that handle messages."};
    static constexpr None usages{"They run in services."};
    static constexpr None instances{"They are parts of the handler's instances."};
    static Capacity capacity(const pubsub::Subscribers::Spec&) {
        return no_capacity("what subscribers have handled is no call: its load is left out.");
    }
};

}  // namespace

const NodeKind& redis_subscribers_kind() {
    static const NodeKind kind = node_kind<SubscribersKind>();
    return kind;
}

}  // namespace models
