// What can be said of a queue: its arguments (x-...), in RabbitMQ's words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "models/spec/declaration/spec.h"

namespace models::amqp {

enum class QueueType : std::uint8_t { classic, quorum };
constexpr auto names_of(QueueType) {
    return std::array{spec::Word{"classic", QueueType::classic, "On one node."},
                      spec::Word{"quorum", QueueType::quorum,
                                 "Replicated: what a majority of its members has, stays."}};
}

enum class Overflow : std::uint8_t { drop_head, reject_publish, reject_publish_dlx };
constexpr auto names_of(Overflow) {
    return std::array{
        spec::Word{"drop-head", Overflow::drop_head, "The message at the head goes."},
        spec::Word{"reject-publish", Overflow::reject_publish,
                   "The new one is refused, and its publisher told so if it asks for confirms."},
        spec::Word{"reject-publish-dlx", Overflow::reject_publish_dlx,
                   "Likewise, and it is dead-lettered."}};
}

struct QueueSettings {
    std::string name{};
    QueueType type = QueueType::classic;
    bool durable = true;
    std::uint8_t max_priority = 0;
    std::optional<sim::Duration> message_ttl{};
    std::optional<std::uint64_t> max_length{};        // of ready messages
    std::optional<std::uint64_t> max_length_bytes{};  // of their bodies
    Overflow overflow = Overflow::drop_head;
    std::optional<std::string> dead_letter_exchange{};
    std::optional<std::string> dead_letter_routing_key{};
    // Of a quorum queue: so often a message may come back, and not once more. RabbitMQ 4's default
    // is 20; without a limit what comes back goes to the end of the queue.
    std::optional<std::uint32_t> delivery_limit{};
};

}  // namespace models::amqp
