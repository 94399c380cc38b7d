// A process's client of the service (an SDK): requests and answers on connections that are kept,
// each of which carries one request at a time.
//
//     const ApiAnswer answer = co_await client.ask(request, 5s);
//
// No answer within the time: ApiError::timed_out, and the connection is closed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/cloud_queue/api.h"
#include "models/network/channel.h"
#include "sim/task.h"

namespace models::sqs {

class Sqs;
class Connection;

// On its way to the service, and back.
struct Asked {
    Connection* on;
    std::uint64_t number;
    std::shared_ptr<const ApiRequest> request;
};
struct Told {
    std::uint64_t number;
    std::shared_ptr<const ApiAnswer> answer;
};

class Connection {
public:
    Connection(Sqs& service, const std::string& name, Links* links, Mailbox<Told>& client);

    Channel<Asked> to;
    Channel<Told> back;
    bool is_busy = false;
};

class Client {
public:
    Client(Sqs& service, Links* links, PlaceId place, std::string name);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    sim::Task<ApiAnswer> ask(std::shared_ptr<const ApiRequest> request, sim::Duration timeout);
    // Its process has died: the kernel closes its connections, and whoever waits here is told.
    void reset();

private:
    struct Pending {
        explicit Pending(sim::Scheduler& scheduler) : done(scheduler, false) {}
        sim::Gate done;
        ApiAnswer answer{};
        Connection* on = nullptr;
    };

    Connection& connection();
    void hang_up(Connection& connection);

    Sqs& service_;
    Links* links_;
    std::string name_;
    Mailbox<Told> inbox_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::map<std::uint64_t, std::shared_ptr<Pending>> pending_;
    std::uint64_t asked_ = 0;
};

}  // namespace models::sqs
