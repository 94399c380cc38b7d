// What a step that publishes to a stream talks to: a client in each instance of its server, which
// sends XADD. It is sent once: who is not told that it was carried out does not know.
#pragma once

#include "models/processes/caller_clients.h"
#include "models/processes/incarnation.h"
#include "models/redis_streams/client.h"
#include "models/service.h"
#include "models/topics.h"

namespace models::redis_streams {

class Publisher final : public Service {
public:
    Publisher(RedisStreams& node, StreamNumber stream, const ProducerSpec& spec,
              const Context& caller, std::uint32_t number);
    Reply call(Request request) override;

private:
    struct Process {
        Process(RedisStreams& node, const CallerClient& where)
            : client(node, {where.place, where.name}), mine(where.process) {}
        Client client;
        Incarnation mine;
    };
    Client& client_of(const Request& request);

    RedisStreams& node_;
    StreamNumber stream_;
    ProducerSpec spec_;
    CallerClients<Process> processes_;
};

}  // namespace models::redis_streams
