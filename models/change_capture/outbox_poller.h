// One instance's relay of an outbox: it polls, publishes, and marks what was acknowledged.
#pragma once

#include <cstdint>
#include <vector>

#include "models/change_capture/instance_task.h"
#include "models/change_capture/outbox_table.h"

namespace models {

class OutboxRelay;

class OutboxPoller final : public InstanceTask {
public:
    OutboxPoller(OutboxRelay& relay, Instance& process, std::uint32_t index);

private:
    // What it has at the database, and what is left there when it dies.
    class Poll;

    sim::Task<void> work() override;
    sim::Task<bool> poll();
    sim::Task<bool> find_rows(Poll& poll, std::vector<OutboxTable::Row>& rows);
    sim::Task<std::vector<std::uint64_t>> publish(const std::vector<OutboxTable::Row>& rows);
    sim::Task<bool> mark(const Poll& poll, std::vector<std::uint64_t> rows);
    Request next_request() const;

    OutboxRelay& relay_;
};

}  // namespace models
