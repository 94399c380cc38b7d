// What all replicas of a partition have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/log_broker/kafka_spec.h"
#include "models/log_broker/wire.h"

namespace models {

class StateKeeper;

struct TopicPartition {
    PartitionId id = 0;
    std::string topic{};
    std::uint32_t number = 0;  // within its topic
    TopicSpec settings{};
    std::vector<BrokerId> replicas{};  // the first leads at first
    RecordStore store{};
    bool exists = true;             // false: its topic gets it later
    StateKeeper* keeper = nullptr;  // whose state is kept here; null: a topic's partition

    StoreSlot deleted_to = 0;  // what retention has deleted somewhere is before it

    std::uint64_t published = 0;  // that producers take to be there, of the measured time

    bool is_in_sync(const PartitionState& state, std::size_t replica) const {
        return (state.in_sync >> replica & 1) != 0;
    }
    std::uint64_t all() const {
        return replicas.size() == 64 ? ~std::uint64_t{0}
                                     : (std::uint64_t{1} << replicas.size()) - 1;
    }
    // Which replica that broker has; none: one beyond the last.
    std::size_t replica_of(BrokerId broker) const {
        std::size_t at = 0;
        while (at < replicas.size() && replicas[at] != broker) ++at;
        return at;
    }
};

}  // namespace models
