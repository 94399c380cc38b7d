// The node `consumers`: consumers of one queue (queue_consumer.h) in each instance of the server
// that handles messages, and an account of what was handled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/node.h"
#include "models/processes/instance_parts.h"
#include "models/processes/messages.h"
#include "models/queue_broker/consumers_spec.h"
#include "models/queue_broker/queue_consumer.h"
#include "models/queue_broker/rabbitmq.h"

namespace models::amqp {

class Consumers final : public Node {
public:
    using Spec = ConsumersSpec;

    Consumers(const Spec& spec, const Context& context);
    ~Consumers() override;

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override;
    // "queue_length": messages of its queue that are ready.
    std::optional<double> reading(std::string_view name) const override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    RabbitMq& broker() const { return *broker_; }
    QueueId queue() const { return queue_; }
    EndpointId handler_endpoint() const { return endpoint_; }
    std::uint64_t stream() const { return stream_; }
    // Its work begins.
    void begins(const Message& message);
    void handled(const Delivery& delivery, const Response& response);

    Tally rejected, requeued, lost_connections;

private:
    std::size_t prefetched() const;

    Spec spec_;
    Context context_;
    RabbitMq* broker_ = nullptr;
    QueueId queue_ = 0;
    EndpointId endpoint_ = 0;
    std::uint64_t stream_;
    InstanceParts<QueueConsumer> consumers_;
    WaitingMessages waiting_;
    std::size_t to_handler_;  // among the calls of its meter
    HandledMessages handled_;
    Tally out_of_order_, out_of_order_of_item_;
    sim::Time newest_{};
    std::map<std::uint64_t, sim::Time> newest_of_;  // by item
    Spread age_;
};

}  // namespace models::amqp
