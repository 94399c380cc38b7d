// What is asked of the service, and what it answers: each a request of its API, which is paid for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/cloud_queue/queue.h"

namespace models::sqs {

using QueueNumber = std::uint32_t;  // among those of the node

inline constexpr std::uint32_t kMostInBatch = 10;         // messages of a request
inline constexpr std::uint64_t kMostBytes = 1024 * 1024;  // of all of them
inline constexpr std::uint64_t kBilledBytes = 64 * 1024;  // that one request pays for
inline constexpr sim::Duration kMostWait = std::chrono::seconds(20);

struct ApiRequest {
    enum class Action : std::uint8_t {
        send_message,
        receive_message,
        delete_message,
        change_visibility,
        hang_up  // no request: the connection is closed
    };
    Action action = Action::send_message;
    QueueNumber queue = 0;
    std::vector<Message> messages{};
    ReceiveOptions receive{};
    sim::Duration wait_time{};
    std::vector<ReceiptHandle> handles{};
    sim::Duration visibility_timeout{};
};

enum class ApiError : std::uint8_t {
    none,
    timed_out,    // no answer came
    reset,        // whoever asked has died
    unavailable,  // no server of the queue is there
    over_limit,   // too many messages are in flight (OverLimit)
    throttled     // too many requests of a FIFO queue (RequestThrottled)
};

struct ApiAnswer {
    ApiError error = ApiError::none;
    std::vector<Received> messages{};
    std::uint32_t without_effect = 0;  // of the handles: old ones
    bool ok() const { return error == ApiError::none; }
};

// Of the bodies alone.
inline std::uint64_t payload_of(const ApiRequest& request) {
    std::uint64_t bytes = 0;
    for (const Message& each : request.messages) bytes += each.bytes;
    return bytes;
}
inline std::uint64_t payload_of(const ApiAnswer& answer) {
    std::uint64_t bytes = 0;
    for (const Received& each : answer.messages) bytes += each.message.bytes;
    return bytes;
}
// With headers, a signature and handles, about.
template <class Said>
std::uint32_t bytes_of(const Said& said) {
    constexpr std::uint64_t kHeaders = 512;
    return static_cast<std::uint32_t>(kHeaders + payload_of(said));
}
// "Each 64 KB chunk of a payload is billed as 1 request."
inline std::uint64_t billed(std::uint64_t payload) {
    return std::max<std::uint64_t>(1, (payload + kBilledBytes - 1) / kBilledBytes);
}

}  // namespace models::sqs
