// What clients and the server of Redis streams tell each other.
#pragma once

#include <cstdint>

#include "models/redis_streams/stream.h"

namespace models::redis_streams {

class Client;
using StreamNumber = std::uint32_t;  // among those of the node
using GroupNumber = std::uint32_t;   // among those of all streams

inline constexpr std::uint32_t kFrameBytes = 64;  // of a command or an answer, about
inline constexpr std::uint32_t kEntryBytes = 32;  // of an entry in a stream, beside its fields

struct Command {
    enum class Kind : std::uint8_t {
        xadd,
        xreadgroup,
        xreadgroup_pending,
        xack,
        xautoclaim,
        close  // no command: the connection
    };
    Kind kind = Kind::xadd;
    Client* from = nullptr;
    std::uint32_t connection = 0;  // which of its connections
    std::uint64_t number = 0;
    StreamNumber stream = 0;
    GroupNumber group = 0;
    ConsumerId consumer = 0;
    std::uint32_t count = 1;
    bool noack = false;
    sim::Duration block{};     // how long to wait for entries
    sim::Duration min_idle{};  // of xautoclaim
    EntryId id = 0;            // to acknowledge; to claim from; after which to read
    Entry entry{};             // to add
    std::uint32_t bytes() const { return kFrameBytes + entry.bytes; }
};

enum class Answered : std::uint8_t {
    ok,
    out_of_memory,  // OOM command not allowed
    reset,          // the server has gone, or is not there
    timed_out
};

struct Answer {
    Answered how = Answered::ok;
    Entries entries{};
    EntryId cursor = 0;
    bool ok() const { return how == Answered::ok; }
    std::uint32_t bytes() const {
        std::uint32_t sum = kFrameBytes;
        for (const Entry& each : entries) sum += each.bytes;
        return sum;
    }
};

struct Told {
    std::uint32_t connection = 0;
    std::uint64_t number = 0;  // 0: the connection is closed
    Answer answer{};
};

}  // namespace models::redis_streams
