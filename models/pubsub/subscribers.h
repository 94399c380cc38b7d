// The node `redis_subscribers`: a subscriber in each instance of the server that handles messages,
// and an account of what each got.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/node.h"
#include "models/processes/incarnation.h"
#include "models/processes/instance_parts.h"
#include "models/pubsub/redis_pubsub.h"
#include "sim/task_group.h"

namespace models::pubsub {

class Subscribers;

// In a process: an instance of the server.
class Subscriber final : ConnectionUser {
public:
    Subscriber(Subscribers& subscribers, Instance& process, std::uint32_t instance,
               const std::string& name);

    void start();
    void leave();
    void dismiss();

private:
    bool is_alive() const;
    void opens() override;
    void pushed(const Push& push) override;
    void lost() override;
    sim::Task<void> work();
    sim::Task<Response> handle(const Message& message);
    sim::Task<void> look_after_process();
    void die();

    Subscribers& subscribers_;
    Instance& process_;
    std::uint32_t instance_;
    Connection connection_;
    std::deque<Message> socket_;  // that it has not read
    Incarnation incarnation_;
    bool is_dead_ = true;
    bool is_leaving_ = false;
    bool is_working_ = false;
    sim::TaskGroup life_;
    sim::TaskGroup work_;
};

class Subscribers final : public Node {
public:
    using Spec = SubscribersSpec;

    Subscribers(const Spec& spec, const Context& context);
    ~Subscribers() override;

    void connect() override;
    void start() override;
    void dismiss() override;

    const Context& context() const { return context_; }
    RedisPubSub& server() const { return *server_; }
    ChannelNumber channel() const { return channel_; }
    EndpointId handler_endpoint() const { return endpoint_; }
    std::uint64_t stream() const { return stream_; }
    void received(const Message& message);
    void handled(const Message& message, const Response& response);
    void unread(const std::deque<Message>& socket);

    Tally reconnects;

private:
    Spec spec_;
    Context context_;
    RedisPubSub* server_ = nullptr;
    ChannelNumber channel_ = 0;
    EndpointId endpoint_ = 0;
    std::uint64_t stream_;
    InstanceParts<Subscriber> subscribers_;
    Tally received_, handled_, failures_, unread_;
    Spread age_;
};

}  // namespace models::pubsub
