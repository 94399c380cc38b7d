// The node `sqs_consumers`: consumers of one queue (poller.h) in each instance of the server that
// handles messages, and an account of what was handled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/cloud_queue/consumers_spec.h"
#include "models/cloud_queue/poller.h"
#include "models/cloud_queue/sqs.h"
#include "models/node.h"
#include "models/processes/instance_parts.h"
#include "models/processes/messages.h"

namespace models::sqs {

class SqsConsumers final : public Node {
public:
    using Spec = SqsConsumersSpec;

    SqsConsumers(const Spec& spec, const Context& context);
    ~SqsConsumers() override;

    void connect() override;
    void start() override;
    void dismiss() override;
    // "queue_length": messages of its queue that can be received.
    std::optional<double> reading(std::string_view name) const override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    Sqs& sqs() const { return *service_; }
    QueueNumber queue() const { return queue_; }
    EndpointId handler_endpoint() const { return endpoint_; }
    std::uint64_t stream() const { return stream_; }
    void begins(const Message& message);
    void handled(const Message& message, const Response& response);

    Tally receives, empty_receives, late_deletes;

private:
    Spec spec_;
    Context context_;
    Sqs* service_ = nullptr;
    QueueNumber queue_ = 0;
    EndpointId endpoint_ = 0;
    std::uint64_t stream_;
    InstanceParts<Poller> pollers_;
    WaitingMessages waiting_;
    std::size_t to_handler_;    // among the calls of its meter
    std::uint64_t newest_ = 0;  // of what was begun: the number that was sent last
    std::map<std::uint64_t, std::uint64_t> newest_of_;  // by message group
    HandledMessages handled_;
    Tally out_of_order_, out_of_order_in_group_;
    Spread age_;
};

}  // namespace models::sqs
