// The node `redis_pubsub`: a Redis server that carries messages between processes
// (pubsub_server.h), and its figures.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/node.h"
#include "models/pubsub/connection.h"
#include "models/pubsub/publisher.h"
#include "models/pubsub/pubsub_server.h"
#include "models/pubsub/pubsub_spec.h"
#include "models/topics.h"

namespace models::pubsub {

class RedisPubSub final : public Node, public Topics {
public:
    using Spec = PubSubSpec;

    RedisPubSub(const Spec& spec, const Context& context);
    ~RedisPubSub() override;

    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return &*server_; }
    Topics* topics() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Service& producer(std::string_view channel, const ProducerSpec& spec,
                      const Context& caller) override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    Mailbox<Command>& inbox() { return server_->inbox(); }
    std::uint32_t number_a_publisher() { return ++publisher_numbers_; }
    std::uint32_t number_a_connection() { return ++connection_numbers_; }
    // In the measured time, by channel.
    bool counts(const Message& message) const;

    // What the server tells.
    void published(const Message& message, std::uint64_t receivers);
    void buffered(std::uint64_t bytes) { buffer_peak_.at_least(static_cast<double>(bytes)); }
    void disconnected(const std::deque<Message>& buffer);
    void lost_in_buffers(const std::deque<Message>& buffer);
    Spread& publish_time() { return publish_time_; }

private:
    Spec spec_;
    Context context_;
    std::unique_ptr<PubSubServer> server_;
    std::vector<Instance*> instances_;
    std::vector<std::unique_ptr<Publisher>> publishers_;
    std::uint32_t publisher_numbers_ = 0;
    std::uint32_t connection_numbers_ = 0;
    sim::Duration busy_before_{};
    Tally published_, without_receivers_, deliveries_, disconnects_, lost_in_buffers_, buffer_peak_;
    Spread publish_time_;
};

}  // namespace models::pubsub
