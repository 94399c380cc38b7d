#include "models/cloud_queue/sqs_consumers.h"
#include "models/nodes.h"

namespace models {

namespace {

struct SqsConsumersKind {
    using Node = sqs::SqsConsumers;
    static constexpr Role role = Role::reads;
    static constexpr auto edges =
        std::array{edge("queue", Passes::own, "Requests to receive, and messages in answers."),
                   edge("handler", Passes::to_instances,
                        "Messages, each to the instance whose consumer has it.")};
    static constexpr auto figures = std::array{
        figure("handled", Unit::count, Merge::sum,
               "Messages of the measured time that were handled, once each."),
        figure("handled_again", Unit::count, Merge::sum,
               "Times that a message was handled that had been before."),
        figure("failed_attempts", Unit::count, Merge::sum, "Times that the handler failed."),
        figure("receives", Unit::count, Merge::sum, "Answers to receives."),
        figure("empty_receives", Unit::count, Merge::sum, "Those of them that brought nothing."),
        figure("late_deletes", Unit::count, Merge::sum,
               "Deletes without an effect: another had received the message since."),
        figure("age", Unit::seconds, Merge::distribution,
               "From when a message was sent until it was handled."),
        figure("out_of_order", Unit::count, Merge::sum,
               "Messages that were begun after one that had been sent later."),
        figure("out_of_order_in_group", Unit::count, Merge::sum,
               "Those of them that had the same key (\"key\" of the step that publishes), a FIFO "
               "queue's message group.")};
    static constexpr auto resources = std::array{consumers_row("consumers_per_instance")};
    static constexpr None usages{"They run in a service; the queue counts their requests."};
    static constexpr auto external_metrics = std::array<std::string_view, 1>{"queue_length"};
    static constexpr None instances{"They are parts of the handler's instances."};
    static Capacity capacity(const sqs::SqsConsumers::Spec&) {
        return no_capacity("what consumers have handled is no call: its load is left out.");
    }
};

}  // namespace

const NodeKind& sqs_consumers_kind() {
    static const NodeKind kind = node_kind<SqsConsumersKind>();
    return kind;
}

}  // namespace models
