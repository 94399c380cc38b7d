#include "models/nodes.h"
#include "models/queue_broker/consumers.h"

namespace models {

namespace {

struct ConsumersKind {
    using Node = amqp::Consumers;
    static constexpr Role role = Role::reads;
    static constexpr auto edges =
        std::array{edge("queue", Passes::own, "Deliveries of the queue."),
                   edge("handler", Passes::to_instances,
                        "Messages, each to the instance whose consumer has it.")};
    static constexpr auto figures = std::array{
        figure("handled", Unit::count, Merge::sum,
               "Messages of the measured time that were handled, once each."),
        figure("handled_again", Unit::count, Merge::sum,
               "Times that a message was handled that had been before."),
        figure("failed_attempts", Unit::count, Merge::sum, "Times that the handler failed."),
        figure("rejected", Unit::count, Merge::sum, "Messages that were rejected then."),
        figure("requeued", Unit::count, Merge::sum, "Messages that were requeued then."),
        figure("lost_connections", Unit::count, Merge::sum,
               "Connections that the broker or the network ended."),
        figure("age", Unit::seconds, Merge::distribution,
               "From when a message was published until it was handled."),
        figure("out_of_order", Unit::count, Merge::sum,
               "Messages that were begun after one that had been published later."),
        figure("out_of_order_of_item", Unit::count, Merge::sum,
               "Those of them that are about the same item."),
        figure("waiting", Unit::count, Merge::last,
               "Messages at the end that consumers have and have not begun to handle.")};
    static constexpr auto resources = std::array{consumers_row("consumers_per_instance")};
    static constexpr None usages{"They run in a service."};
    static constexpr auto external_metrics = std::array<std::string_view, 1>{"queue_length"};
    static constexpr None instances{"They are parts of the handler's instances."};
    static Capacity capacity(const amqp::Consumers::Spec&) {
        return no_capacity("what consumers have handled is no call: its load is left out.");
    }
};

}  // namespace

const NodeKind& consumers_kind() {
    static const NodeKind kind = node_kind<ConsumersKind>();
    return kind;
}

}  // namespace models
