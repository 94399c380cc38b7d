// Who keeps what it knows in the log of a partition: a consumer group's offsets, the states of
// transactions. Whoever leads the partition answers for it.
#pragma once

#include <memory>

#include "models/log_broker/wire.h"
#include "sim/task.h"

namespace models {

class Replica;

class StateKeeper {
public:
    // At a broker that has a replica of the partition.
    virtual sim::Task<BrokerAnswer> answer(std::shared_ptr<Question> question,
                                           Replica& coordinator) = 0;
    // What was written into that slot counts from now on.
    virtual void committed(StoreSlot slot, const Record& record) = 0;
    virtual void led_by(Replica& coordinator) = 0;
    virtual void led_no_more() {}

protected:
    ~StateKeeper() = default;
};

}  // namespace models
