// A consumer in a process: an instance of the server that handles messages. It receives, has what
// it got handled there by calls that no network carries, and deletes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/cloud_queue/client.h"
#include "models/node.h"
#include "models/processes/consumers_at_work.h"
#include "models/processes/incarnation.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models::sqs {

class SqsConsumers;

class Poller {
public:
    Poller(SqsConsumers& consumers, Instance& process, std::uint32_t instance,
           const std::string& name);

    // Again after its process has been told to leave.
    void start();
    // Receives no more; what it has is handled.
    void leave() { is_leaving_ = true; }
    void dismiss();
    sim::Use use(sim::Time now) const { return at_work_.use(now, is_living_ && process_.is_up()); }

private:
    bool is_alive() const { return incarnation_.is_alive(); }
    sim::Task<void> live();
    sim::Task<void> poll();
    sim::Task<void> look_after_process();
    sim::Task<std::vector<Received>> receive();
    sim::Task<void> handle_all(std::vector<Received> batch);
    sim::Task<Response> handle(const Message& message);
    sim::Task<void> erase(std::vector<ReceiptHandle> handles);
    sim::Task<void> change_visibility(std::vector<ReceiptHandle> handles, sim::Duration timeout);
    sim::Task<void> extend(std::shared_ptr<std::vector<ReceiptHandle>> held);
    bool is_fifo() const;

    SqsConsumers& consumers_;
    Instance& process_;
    std::uint32_t instance_;
    Client client_;
    Incarnation incarnation_;
    AtWork at_work_;
    bool is_living_ = false;
    bool is_leaving_ = false;
    sim::TaskGroup life_;
    sim::TaskGroup aside_;
};

}  // namespace models::sqs
