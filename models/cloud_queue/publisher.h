// What a step that publishes to a queue talks to: a client in each instance of its server.
//
// A message is sent at once, or when its batch is full or has lingered (SendMessageBatch). What is
// not answered within request_timeout, or with an error that passes, is sent again until
// delivery_timeout is over: a standard queue then has it twice when only the answer was lost.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/cloud_queue/client.h"
#include "models/processes/caller_clients.h"
#include "models/processes/incarnation.h"
#include "models/service.h"
#include "models/topics.h"
#include "sim/task_group.h"

namespace models::sqs {

class Publisher final : public Service {
public:
    Publisher(Sqs& service, QueueNumber queue, const ProducerSpec& spec, const Context& caller);
    Reply call(Request request) override;
    void dismiss();

private:
    // Messages that go together, and those who wait for that.
    struct Batch {
        explicit Batch(sim::Scheduler& scheduler)
            : is_full(scheduler, false), is_done(scheduler, false) {}
        std::vector<Message> messages{};
        std::uint64_t bytes = 0;
        sim::Gate is_full;
        sim::Gate is_done;
        Response response{};
    };
    // In one instance.
    struct Process {
        Process(Sqs& service, const CallerClient& where);
        Client client;
        Incarnation incarnation;
        std::shared_ptr<Batch> open{};
    };

    Process& process(const Request& request);
    Message message(const Request& request) const;
    std::shared_ptr<Batch> join(Process& process, const Message& message);
    sim::Task<void> send_when_full(Process& process, std::shared_ptr<Batch> batch);
    sim::Task<Response> send(Process& process, std::vector<Message> messages);

    Sqs& service_;
    QueueNumber queue_;
    ProducerSpec spec_;
    CallerClients<Process> processes_;
    sim::TaskGroup works_;
};

}  // namespace models::sqs
