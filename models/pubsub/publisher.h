// What a step that publishes to a channel talks to: a connection in each instance of its server.
// A message is published once: who is not told that it was does not publish it again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "models/processes/caller_clients.h"
#include "models/processes/incarnation.h"
#include "models/pubsub/connection.h"
#include "models/service.h"
#include "models/topics.h"
#include "sim/gate.h"

namespace models::pubsub {

class Publisher final : public Service {
public:
    Publisher(RedisPubSub& server, ChannelNumber channel, const ProducerSpec& spec,
              const Context& caller);
    Reply call(Request request) override;

private:
    struct Waiting {
        explicit Waiting(sim::Scheduler& scheduler) : done(scheduler, false) {}
        sim::Gate done;
        Response response{};
    };
    // In one instance.
    struct Process final : ConnectionUser {
        Process(RedisPubSub& server, const CallerClient& where);
        void pushed(const Push& push) override;
        void lost() override;

        Connection connection;
        Incarnation incarnation;
        std::uint64_t numbers = 0;
        std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting{};
    };

    Process& process(const Request& request);

    RedisPubSub& server_;
    ChannelNumber channel_;
    ProducerSpec spec_;
    CallerClients<Process> processes_;
};

}  // namespace models::pubsub
