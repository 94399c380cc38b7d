#include "models/cloud_queue/sqs_consumers.h"

#include <fmt/core.h>

#include <algorithm>

namespace models::sqs {

SqsConsumers::SqsConsumers(const Spec& spec, const Context& context)
    : receives(context, "receives"),
      empty_receives(context, "empty_receives"),
      late_deletes(context, "late_deletes"),
      spec_(spec),
      context_(context),
      stream_(context.stream("messages")),
      handled_(context, "handled"),
      handled_again_(context, "handled_again"),
      failures_(context, "failed_attempts"),
      out_of_order_(context, "out_of_order"),
      out_of_order_in_group_(context, "out_of_order_in_group"),
      age_(context, "age") {}

SqsConsumers::~SqsConsumers() = default;

void SqsConsumers::connect() {
    const Directory& directory = context_.world.directory;
    service_ = static_cast<Sqs*>(directory.node(spec_.queue.node).topics());
    queue_ = service_->number_of(spec_.queue.endpoint);
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
}

void SqsConsumers::start() {
    Node& handler = context_.world.directory.node(spec_.handler.node);
    for (Instance* const each : handler.instances()) joined(*each);
    handler.watch(*this);
}

void SqsConsumers::joined(Instance& instance) {
    const bool is_known =
        std::find(processes_.begin(), processes_.end(), &instance) != processes_.end();
    const auto index = static_cast<std::uint32_t>(processes_.size());
    if (!is_known) {
        processes_.push_back(&instance);
        for (std::uint32_t each = 0; each < spec_.consumers_per_instance; ++each) {
            pollers_.push_back(std::make_unique<Poller>(
                *this, instance, index, fmt::format("{}-{}-{}", context_.name, index, each)));
        }
    }
    for (const auto& each : pollers_) {
        if (&each->process() == &instance) each->start();
    }
}

void SqsConsumers::leaving(Instance& instance) {
    for (const auto& each : pollers_) {
        if (&each->process() == &instance) each->leave();
    }
}

void SqsConsumers::dismiss() {
    for (const auto& each : pollers_) each->dismiss();
}

// Whether one that was sent later has been begun before it.
void SqsConsumers::begins(const Message& message) {
    std::uint64_t& newest_of_group = newest_of_[message.group];
    if (message.number < newest_) out_of_order_.add();
    if (message.number < newest_of_group) out_of_order_in_group_.add();
    newest_ = std::max(newest_, message.number);
    newest_of_group = std::max(newest_of_group, message.number);
}

void SqsConsumers::handled(const Message& message, const Response& response) {
    if (message.sent < context_.world.recorder.measured_from()) return;
    if (!response.ok()) return failures_.add();
    age_.add(context_.now() - message.sent);
    const bool is_new = done_.insert(message.identity).second;
    (is_new ? handled_ : handled_again_).add();
}

std::optional<double> SqsConsumers::reading(std::string_view name) const {
    if (name != "queue_length") return std::nullopt;
    return static_cast<double>(service_->queue(queue_).visible());
}

}  // namespace models::sqs
