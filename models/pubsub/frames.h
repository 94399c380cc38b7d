// What clients and the server of Redis Pub/Sub tell each other.
#pragma once

#include <cstdint>
#include <limits>

#include "sim/time.h"

namespace models::pubsub {

class Connection;
using ChannelNumber = std::uint32_t;  // among those of the node
inline constexpr ChannelNumber kNoChannel = std::numeric_limits<ChannelNumber>::max();

struct Message {
    std::uint64_t identity = 0;
    std::uint64_t key = 0;
    std::uint32_t user = 0;
    std::uint32_t bytes = 0;
    sim::Time published{};
};

inline constexpr std::uint32_t kFrameBytes = 64;  // without a message's body, about

struct Command {
    enum class Kind : std::uint8_t {
        subscribe,
        publish,
        read,  // no command: so many bytes were taken from the socket, which has room for more
        close  // no command: the connection
    };
    Kind kind = Kind::publish;
    Connection* from = nullptr;
    std::uint32_t attempt = 0;  // which of its connections
    ChannelNumber channel = 0;
    std::uint64_t number = 0;  // of a publish; of read: how many bytes
    Message message{};
};

struct Push {
    enum class Kind : std::uint8_t { message, published, closed };
    Kind kind = Kind::message;
    std::uint32_t attempt = 0;
    std::uint64_t number = 0;
    Message message{};
};

}  // namespace models::pubsub
