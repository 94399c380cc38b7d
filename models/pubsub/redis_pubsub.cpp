#include "models/pubsub/redis_pubsub.h"

#include <algorithm>

#include "models/network/node_place.h"
#include "models/used.h"

namespace models::pubsub {

Abilities PubSubSpec::suffers() const {
    const Abilities all = abilities_of<PubSubServer>();
    const bool takes_time =
        command_time > sim::Duration::zero() || delivery_time > sim::Duration::zero();
    return takes_time ? all : all.without(Abilities::slowness());
}

RedisPubSub::RedisPubSub(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      server_(std::make_unique<PubSubServer>(*this, place_of_node(context))),
      published_(context, "published"),
      without_receivers_(context, "without_receivers"),
      deliveries_(context, "deliveries"),
      disconnects_(context, "slow_subscribers_disconnected"),
      lost_in_buffers_(context, "lost_in_buffers"),
      buffer_peak_(context, "output_buffer_peak", "B"),
      publish_time_(context, "publish_time") {
    context.meter.split_by_endpoint(spec.channels);
    instances_.push_back(server_.get());
    context.meter.resource("command thread", [this](sim::Time, sim::Uses& uses) {
        uses.push_back(server_->cpu().use());
    });
}

RedisPubSub::~RedisPubSub() = default;

void RedisPubSub::dismiss() {
    server_->dismiss();
}

std::optional<EndpointId> RedisPubSub::endpoint(std::string_view name) const {
    const auto found = std::find(spec_.channels.begin(), spec_.channels.end(), name);
    if (found == spec_.channels.end()) return std::nullopt;
    return static_cast<EndpointId>(found - spec_.channels.begin());
}

Service& RedisPubSub::producer(std::string_view channel, const ProducerSpec& spec,
                               const Context& caller) {
    publishers_.push_back(std::make_unique<Publisher>(*this, *endpoint(channel), spec, caller));
    return *publishers_.back();
}

bool RedisPubSub::counts(const Message& message) const {
    return message.published >= context_.world.recorder.measured_from();
}

void RedisPubSub::published(const Message& message, std::uint64_t receivers) {
    if (!counts(message)) return;
    published_.add();
    deliveries_.add(static_cast<double>(receivers));
    if (receivers == 0) without_receivers_.add();
}

void RedisPubSub::disconnected(const std::deque<Message>& buffer) {
    disconnects_.add();
    lost_in_buffers(buffer);
}

void RedisPubSub::lost_in_buffers(const std::deque<Message>& buffer) {
    lost_in_buffers_.add(static_cast<double>(std::count_if(
        buffer.begin(), buffer.end(), [this](const Message& each) { return counts(each); })));
}

void RedisPubSub::begin_measuring() {
    busy_before_ = server_->cpu().busy();
}

void RedisPubSub::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const double busy = sim::seconds(server_->cpu().busy() - busy_before_);
    record.machines.push_back({instance_name(context_.name, 0), server_->commands, std::nullopt});
    record.utilisation = measured > 0 ? busy / measured : 0;
    record.instances = 1;
    use_instances(context_, spec_.price, 1);
}

}  // namespace models::pubsub
