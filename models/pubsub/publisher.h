// What a step that publishes to a channel talks to: a connection in each instance of its server.
// A message is published once: who is not told that it was does not publish it again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "models/node.h"
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
        Process(RedisPubSub& server, const Connection::Where& where)
            : connection(server, where, *this) {}
        void pushed(const Push& push) override;
        void lost() override;

        Connection connection;
        Instance* instance = nullptr;  // null: it never dies
        std::uint32_t born = 0;
        std::uint64_t numbers = 0;
        std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting{};
    };

    Process& process(const Request& request);

    RedisPubSub& server_;
    ChannelNumber channel_;
    ProducerSpec spec_;
    std::string caller_;
    std::uint32_t number_;
    std::map<std::uint32_t, std::unique_ptr<Process>> processes_;  // by instance
};

}  // namespace models::pubsub
