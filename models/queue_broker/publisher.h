// What a step that publishes to a queue broker talks to: one connection in each instance of its
// server.
//
// A message is sent at once, and the request goes on when the broker has confirmed it (publisher
// confirms), or without confirms when it is sent. While the broker blocks the connection, or it is
// lost, whoever publishes waits, at most for max_block. A connection that is lost fails what it has
// not confirmed: it may be there all the same. Nothing is sent again but by the caller's policies.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "models/processes/caller_clients.h"
#include "models/processes/incarnation.h"
#include "models/queue_broker/connection.h"
#include "models/service.h"
#include "models/topics.h"
#include "sim/gate.h"

namespace models::amqp {

class RabbitMq;

// In one instance.
class PublisherClient final : ConnectionUser {
public:
    struct Where {
        RabbitMq& broker;
        const ProducerSpec& spec;
        EnvelopeId envelope;
        Instance* process;  // null: it never dies
        Connection::Where connection;
    };
    explicit PublisherClient(const Where& where);

    sim::Task<Response> publish(Request request);

private:
    struct Waiting {
        explicit Waiting(sim::Scheduler& scheduler) : done(scheduler, false) {}
        sim::Gate done;
        Response response{};
    };

    void opened() override;
    void deliver(const Delivery&) override {}
    void confirm(std::uint64_t number, bool is_accepted) override;
    void returned(std::uint64_t number) override;
    void lost() override;
    void unblocked() override { way_.pulse(); }

    sim::Task<bool> take_way();
    sim::Task<Response> await_confirm(std::uint64_t number);

    Where where_;
    Connection connection_;
    sim::Gate way_;  // opened when there may be one
    Incarnation incarnation_;
    std::uint64_t published_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
};

// In all instances of a server.
class Publisher final : public Service {
public:
    Publisher(RabbitMq& broker, EnvelopeId envelope, const ProducerSpec& spec,
              const Context& caller);
    Reply call(Request request) override;

private:
    RabbitMq& broker_;
    EnvelopeId envelope_;
    ProducerSpec spec_;
    CallerClients<PublisherClient> clients_;
};

}  // namespace models::amqp
