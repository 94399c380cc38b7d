#include "models/cloud_queue/sqs_consumers.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

namespace models::sqs {

SqsConsumers::SqsConsumers(const Spec& spec, const Context& context)
    : receives(context, "receives"),
      empty_receives(context, "empty_receives"),
      late_deletes(context, "late_deletes"),
      spec_(spec),
      context_(context),
      stream_(context.stream("messages")),
      to_handler_(context.meter.calls(spec.handler.node)),
      handled_(context_),
      out_of_order_(context, "out_of_order"),
      out_of_order_in_group_(context, "out_of_order_in_group"),
      age_(context, "age") {
    context.meter.resource(kConsumers,
                           [this](sim::Time now, sim::Uses& uses) {
                               waiting_.tell(now, *reading("queue_length"), pollers_.all(), uses);
                           },
                           {.to = spec.queue.node});
}

SqsConsumers::~SqsConsumers() = default;

void SqsConsumers::connect() {
    const Directory& directory = context_.world.directory;
    service_ = &dynamic_cast<Sqs&>(directory.node(spec_.queue.node));
    queue_ = service_->number_of(spec_.queue.endpoint);
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
}

void SqsConsumers::start() {
    pollers_.start(context_.world.directory.node(spec_.handler.node), spec_.consumers_per_instance,
                   [this](Instance& process, std::uint32_t instance, std::uint32_t number) {
                       return std::make_unique<Poller>(
                           *this, process, instance,
                           fmt::format("{}-{}-{}", context_.name, instance, number));
                   });
}

void SqsConsumers::dismiss() {
    pollers_.dismiss();
}

// Whether one that was sent later has been begun before it.
void SqsConsumers::begins(const Message& message) {
    context_.meter.sent(to_handler_);
    std::uint64_t& newest_of_group = newest_of_[message.group];
    if (message.number < newest_) out_of_order_.add();
    if (message.number < newest_of_group) out_of_order_in_group_.add();
    newest_ = std::max(newest_, message.number);
    newest_of_group = std::max(newest_of_group, message.number);
}

void SqsConsumers::handled(const Message& message, const Response& response) {
    const bool counts = handled_.add(message.identity, message.sent, response);
    if (counts) age_.add(context_.now() - message.sent);
}

std::optional<double> SqsConsumers::reading(std::string_view name) const {
    if (name != "queue_length") return std::nullopt;
    return static_cast<double>(service_->queue(queue_).visible());
}

}  // namespace models::sqs
