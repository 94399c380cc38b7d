#include "models/queue_broker/consumers.h"

#include <fmt/core.h>

#include <algorithm>

namespace models::amqp {

Consumers::Consumers(const Spec& spec, const Context& context)
    : rejected(context, "rejected"),
      requeued(context, "requeued"),
      lost_connections(context, "lost_connections"),
      spec_(spec),
      context_(context),
      stream_(context.stream("messages")),
      handled_(context, "handled"),
      handled_again_(context, "handled_again"),
      failures_(context, "failed_attempts"),
      age_(context, "age") {}

Consumers::~Consumers() = default;

void Consumers::connect() {
    const Directory& directory = context_.world.directory;
    broker_ = static_cast<RabbitMq*>(directory.node(spec_.queue.node).topics());
    queue_ = *broker_->cluster().host().find(spec_.queue.endpoint);
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
}

void Consumers::start() {
    Node& handler = context_.world.directory.node(spec_.handler.node);
    for (Instance* const each : handler.instances()) joined(*each);
    handler.watch(*this);
}

void Consumers::joined(Instance& instance) {
    const bool is_known =
        std::find(processes_.begin(), processes_.end(), &instance) != processes_.end();
    const auto index = static_cast<std::uint32_t>(processes_.size());
    if (!is_known) {
        processes_.push_back(&instance);
        for (std::uint32_t each = 0; each < spec_.consumers_per_instance; ++each) {
            consumers_.push_back(std::make_unique<QueueConsumer>(
                *this, instance, index, fmt::format("{}-{}-{}", context_.name, index, each)));
        }
    }
    for (const auto& each : consumers_) {
        if (&each->process() == &instance) each->start();
    }
}

void Consumers::leaving(Instance& instance) {
    for (const auto& each : consumers_) {
        if (&each->process() == &instance) each->leave();
    }
}

void Consumers::dismiss() {
    for (const auto& each : consumers_) each->dismiss();
}

void Consumers::handled(const Delivery& delivery, const Response& response) {
    if (delivery.message.published < context_.world.recorder.measured_from()) return;
    if (!response.ok()) return failures_.add();
    age_.add(context_.now() - delivery.message.published);
    const bool is_new = done_.insert(delivery.message.identity).second;
    (is_new ? handled_ : handled_again_).add();
}

std::optional<double> Consumers::reading(std::string_view name) const {
    if (name != "queue_length") return std::nullopt;
    return static_cast<double>(broker_->cluster().host().queue(queue_).ready());
}

void Consumers::finish() {
    std::size_t waiting = 0;
    for (const auto& each : consumers_) waiting += each->waiting();
    context_.meter.record().measures.push_back({"waiting", "", static_cast<double>(waiting)});
}

}  // namespace models::amqp
