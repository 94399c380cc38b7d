// A consumer in a process: an instance of the server that handles messages. Its connection comes
// and goes with the process; what it has been sent and not handled waits here.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "models/node.h"
#include "models/processes/consumers_at_work.h"
#include "models/processes/incarnation.h"
#include "models/queue_broker/connection.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models::amqp {

class Consumers;

class QueueConsumer final : ConnectionUser {
public:
    QueueConsumer(Consumers& consumers, Instance& process, std::uint32_t instance,
                  const std::string& name);

    // Again after its process has been down, or had been told to leave.
    void start();
    // Takes no more; what it has is handled, then it says good-bye.
    void leave();
    void dismiss();

    std::size_t waiting() const { return waiting_.size(); }
    sim::Use use(sim::Time now) const { return at_work_.use(now, is_alive()); }

private:
    void opened() override;
    void deliver(const Delivery& delivery) override;
    void confirm(std::uint64_t, bool) override {}
    void returned(std::uint64_t) override {}
    void lost() override;

    bool is_alive() const;
    sim::Task<void> work();
    sim::Task<Response> handle(const Delivery& delivery);
    void settle(const Delivery& delivery, bool is_handled);
    sim::Task<void> look_after_process();
    void die();

    Consumers& consumers_;
    Instance& process_;
    std::uint32_t instance_;
    Connection connection_;
    std::deque<Delivery> waiting_;
    AtWork at_work_;
    Incarnation incarnation_;
    std::uint32_t connections_ = 0;  // tags are of one of them
    bool is_dead_ = true;
    bool is_leaving_ = false;
    bool is_working_ = false;
    sim::TaskGroup life_;
    sim::TaskGroup work_;
};

}  // namespace models::amqp
