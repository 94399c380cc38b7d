// What became of messages, counted where it is decided, and not by looking at queues. A copy is a
// message in one of the queues that it was routed to.
//
//     published = routed + unroutable + returned                       messages of publishers
//     copies = acknowledged + dead-lettered + discarded + refused + lost + in queues and unacked
//     dead-lettered = routed again + to no queue + cycles              of the copies that were
#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "models/queue_broker/message.h"

namespace models::amqp {

struct Fates {
    using ByReason = std::array<std::uint64_t, kDeathReasons>;

    std::uint64_t published = 0;
    std::uint64_t routed = 0;
    std::uint64_t unroutable = 0;  // dropped
    std::uint64_t returned = 0;    // unroutable, and mandatory

    std::uint64_t copies = 0;
    std::uint64_t delivered = 0;
    std::uint64_t redelivered = 0;  // of those
    std::uint64_t acknowledged = 0;
    ByReason dead_lettered{};
    ByReason discarded{};       // likewise, by queues without a dead letter exchange
    std::uint64_t refused = 0;  // by full queues that reject, and not dead-lettered
    std::uint64_t lost = 0;     // with a node, as they were not kept on disk, or it was down

    std::uint64_t dead_letters_routed = 0;
    std::uint64_t dead_letters_unroutable = 0;
    std::uint64_t dead_letters_in_cycle = 0;  // to no queue but those that would make a cycle

    static std::uint64_t sum(const ByReason& counts) {
        return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    // Copies that have come to an end.
    std::uint64_t ended() const {
        return acknowledged + sum(dead_lettered) + sum(discarded) + refused + lost;
    }
};

}  // namespace models::amqp
