#include "models/queue_broker/consumers.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

namespace models::amqp {

Consumers::Consumers(const Spec& spec, const Context& context)
    : rejected(context, "rejected"),
      requeued(context, "requeued"),
      lost_connections(context, "lost_connections"),
      spec_(spec),
      context_(context),
      stream_(context.stream("messages")),
      to_handler_(context.meter.calls(spec.handler.node)),
      handled_(context_),
      out_of_order_(context, "out_of_order"),
      out_of_order_of_item_(context, "out_of_order_of_item"),
      age_(context, "age") {
    context.meter.resource(
        kConsumers,
        [this](sim::Time now, sim::Uses& uses) {
            waiting_.tell(now, *reading("queue_length") + static_cast<double>(prefetched()),
                          consumers_.all(), uses);
        },
        {.to = spec.queue.node});
}

Consumers::~Consumers() = default;

void Consumers::connect() {
    const Directory& directory = context_.world.directory;
    broker_ = &dynamic_cast<RabbitMq&>(directory.node(spec_.queue.node));
    queue_ = *broker_->cluster().host().find(spec_.queue.endpoint);
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
}

void Consumers::start() {
    consumers_.start(
        context_.world.directory.node(spec_.handler.node), spec_.consumers_per_instance,
        [this](Instance& process, std::uint32_t instance, std::uint32_t number) {
            return std::make_unique<QueueConsumer>(
                *this, process, instance, fmt::format("{}-{}-{}", context_.name, instance, number));
        });
}

void Consumers::dismiss() {
    consumers_.dismiss();
}

// Whether one that was published later has been begun before it.
void Consumers::begins(const Message& message) {
    context_.meter.sent(to_handler_);
    sim::Time& newest_of_item = newest_of_[message.key];
    if (message.published < newest_) out_of_order_.add();
    if (message.published < newest_of_item) out_of_order_of_item_.add();
    newest_ = std::max(newest_, message.published);
    newest_of_item = std::max(newest_of_item, message.published);
}

void Consumers::handled(const Delivery& delivery, const Response& response) {
    const Message& message = delivery.message;
    const bool counts = handled_.add(message.identity, message.published, response);
    if (counts) age_.add(context_.now() - message.published);
}

std::optional<double> Consumers::reading(std::string_view name) const {
    if (name != "queue_length") return std::nullopt;
    return static_cast<double>(broker_->cluster().host().queue(queue_).ready());
}

// Consumers have them, and have not begun.
std::size_t Consumers::prefetched() const {
    std::size_t waiting = 0;
    for (const auto& each : consumers_.all()) waiting += each->waiting();
    return waiting;
}

void Consumers::finish() {
    context_.meter.record().measures.push_back({"waiting", "", static_cast<double>(prefetched())});
}

}  // namespace models::amqp
