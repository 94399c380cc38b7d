// What clients and nodes of a broker send each other, on one connection (AMQP 0-9-1's methods).
#pragma once

#include <cstdint>

#include "models/queue_broker/client_channel.h"

namespace models::amqp {

class Connection;

inline constexpr std::uint32_t kFrameBytes = 40;   // of a method without a body
inline constexpr std::uint32_t kHeaderBytes = 80;  // of one with a body, before it

struct ClientFrame {
    enum class Kind : std::uint8_t {
        open,
        publish,
        consume,
        cancel,
        acknowledge,
        nack,
        heartbeat,
        close
    };
    Kind kind = Kind::open;
    Connection* from = nullptr;
    std::uint32_t attempt = 0;  // which of its connections
    Publication publication{};
    QueueId queue = 0;
    ConsumeOptions options{};
    std::uint64_t tag = 0;  // of a delivery, or a consumer
    bool multiple = false;
    bool requeue = false;

    std::uint32_t bytes(const Envelopes& envelopes) const {
        if (kind != Kind::publish) return kFrameBytes;
        return kHeaderBytes + envelopes[publication.message.envelope].bytes;
    }
};

struct NodeFrame {
    enum class Kind : std::uint8_t {
        opened,
        deliver,
        confirm,
        returned,
        blocked,  // what is published now waits (connection.blocked)
        unblocked,
        heartbeat,
        closed,  // by the broker, or nobody listens there
    };
    Kind kind = Kind::opened;
    std::uint32_t attempt = 0;
    Delivery delivery{};
    std::uint64_t number = 0;  // of a publication
    bool is_accepted = true;

    std::uint32_t bytes(const Envelopes& envelopes) const {
        if (kind != Kind::deliver) return kFrameBytes;
        return kHeaderBytes + envelopes[delivery.message.envelope].bytes;
    }
};

}  // namespace models::amqp
