// Which transactions are under way in a replica's log, and how far it is stable.
//
// A record of a transaction is stable once the transaction's marker is committed to the log: up to
// the first one that is not, the last stable offset, readers of committed records read (Kafka
// improvement proposal 98, "Exactly Once Delivery and Transactional Messaging").
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>

#include "models/log_broker/replica_log.h"
#include "models/log_broker/wire.h"

namespace models {

class PartitionTransactions {
public:
    // It was appended there.
    void note(const Record& record, Offset offset);
    // As the log is now, after some of it was cut off.
    void rebuild(const ReplicaLog& log, const RecordStore& store);
    void clear();

    // A producer of that name with a higher epoch has been here.
    bool is_fenced(const Record& record) const {
        if (!record.is_transactional) return false;
        const auto found = epochs_.find(record.producer);
        return found != epochs_.end() && record.epoch < found->second;
    }
    Offset last_stable(Offset high_watermark) const;

    // What ends before the high watermark is over. aborted(record) of each record, in the store, of
    // those that were aborted.
    template <class Aborted>
    void settle(Offset high_watermark, const ReplicaLog& log, RecordStore& store,
                Aborted&& aborted) {
        while (!ended_.empty() && ended_.front().end < high_watermark) {
            const Ended over = ended_.front();
            ended_.pop_front();
            if (over.marker != Marker::abort) continue;
            for (Offset at = std::max(over.first, log.start()); at < over.end; ++at) {
                Record& record = store[log.slot_of(at)];
                const bool is_of_it = record.is_transactional && record.producer == over.producer;
                if (is_of_it) aborted(record);
            }
        }
    }

private:
    struct Ended {
        Offset first;
        Offset end;  // where its marker is
        std::uint32_t producer;
        Marker marker;
    };
    std::map<std::uint32_t, Offset> open_;           // by producer: its first record
    std::deque<Ended> ended_;                        // and the marker is not committed yet
    std::map<std::uint32_t, std::uint16_t> epochs_;  // by producer, the highest
};

}  // namespace models
