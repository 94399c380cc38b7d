#include "models/queue_broker/consumers.h"

#include <fmt/core.h>

#include <memory>

namespace models::amqp {

Consumers::Consumers(const Spec& spec, const Context& context)
    : rejected(context, "rejected"),
      requeued(context, "requeued"),
      lost_connections(context, "lost_connections"),
      spec_(spec),
      context_(context),
      stream_(context.stream("messages")),
      handled_(context_),
      age_(context, "age") {}

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

void Consumers::handled(const Delivery& delivery, const Response& response) {
    const Message& message = delivery.message;
    const bool counts = handled_.add(message.identity, message.published, response);
    if (counts) age_.add(context_.now() - message.published);
}

std::optional<double> Consumers::reading(std::string_view name) const {
    if (name != "queue_length") return std::nullopt;
    return static_cast<double>(broker_->cluster().host().queue(queue_).ready());
}

void Consumers::finish() {
    std::size_t waiting = 0;
    for (const auto& each : consumers_.all()) waiting += each->waiting();
    context_.meter.record().measures.push_back({"waiting", "", static_cast<double>(waiting)});
}

}  // namespace models::amqp
