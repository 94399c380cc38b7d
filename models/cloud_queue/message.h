// A message in a queue, and what a consumer gets of it.
#pragma once

#include <cstdint>
#include <limits>

#include "sim/time.h"

namespace models::sqs {

using Slot = std::uint32_t;        // of a message in its queue
using ServerMask = std::uint64_t;  // the n-th bit is the n-th server

struct Message {
    enum class State : std::uint8_t { none, delayed, visible, in_flight };

    std::uint64_t identity = 0;  // of what the sender wants done: the same when it is sent again
    std::uint64_t key = 0;
    std::uint64_t group = 0;  // of a FIFO queue
    std::uint32_t user = 0;
    std::uint32_t bytes = 0;
    sim::Time sent{};  // to the first queue, when it was dead-lettered by a standard one

    std::uint64_t number = 0;    // of its stay in this queue: no other has it
    std::uint64_t position = 0;  // among all: what is received first has the lowest
    std::uint64_t receipt = 0;   // number of its last receive
    ServerMask servers = 0;      // that have a copy
    std::uint32_t receives = 0;
    std::uint32_t version = 0;  // of its visibility: greater with each change, even of another here
    State state = State::none;
};

// What DeleteMessage needs: of one receive of a message.
struct ReceiptHandle {
    Slot slot = std::numeric_limits<Slot>::max();
    std::uint64_t receipt = 0;
};

struct Received {
    Message message;
    ReceiptHandle handle;
};

}  // namespace models::sqs
