// What the machines of a quorum store tell each other.
#pragma once

#include <cstdint>

#include "models/quorum/machine_clock.h"
#include "models/request.h"
#include "models/transactional.h"

namespace models {

// What a machine has of an item: the write with the newest timestamp, and which one that was.
struct Cell {
    Timestamp written;
    std::uint64_t version = 0;  // names the write; no order among writes is read from it
    FencingToken token = 0;     // of the lease that it was written under; 0: none
    bool wrong = false;         // made up by a machine that answers wrongly

    bool operator==(const Cell&) const = default;
};

struct QuorumMessage {
    // A write is fenced off where one of a later lease has been.
    enum class Kind : std::uint8_t { read, write, answer, fenced, refused, ping, pong };
    Kind kind = Kind::ping;
    bool ok = false;             // of an answer
    std::uint32_t from = 0;      // which machine
    std::uint32_t keep_for = 0;  // of a write: whose it is
    std::uint64_t exchange = 0;  // which of the coordinator's, there and back
    sim::Time until{};           // nobody waits for an answer after this
    Request request{};           // of reads and writes
    Cell cell{};                 // to be written, or what is there
    FencingToken last = 0;       // of an answer: the latest lease that had written it before
};

// Headers of a message between machines, beside the item that it carries.
inline constexpr std::uint32_t kQuorumMessageBytes = 64;

}  // namespace models
