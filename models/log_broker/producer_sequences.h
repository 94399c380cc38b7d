// Which numbered batches of producers are in a log: what idempotent producers are held to.
//
// A producer numbers the records of a partition one after another. A leader takes the next one and
// none that leaves a gap, and knows one that it has already: of the last five batches of a producer
// it can say where they are (Kafka's ProducerStateEntry, NUM_BATCHES_TO_RETAIN). A transactional
// producer begins anew with each epoch.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "models/log_broker/replica_log.h"
#include "models/log_broker/wire.h"

namespace models {

class ProducerSequences {
public:
    // It was appended there.
    void note(const Record& record, StoreSlot slot, Offset offset);
    // As the log is now, after some of it was cut off.
    void rebuild(const ReplicaLog& log, const RecordStore& store);
    void clear() { known_.clear(); }

    // none: it is the next; duplicate_sequence: its first record is there; out_of_order.
    struct Found {
        BrokerError error = BrokerError::none;
        StoreSlot slot = 0;
        Offset offset = 0;
    };
    Found find(const Batch& batch) const;

private:
    struct Appended {
        std::uint32_t sequence;
        std::uint32_t count;
        StoreSlot slot;
        Offset offset;
    };
    struct Known {
        std::uint16_t epoch = 0;
        std::deque<Appended> batches{};  // the last ones
    };
    std::map<std::uint32_t, Known> known_;  // by producer
};

}  // namespace models
