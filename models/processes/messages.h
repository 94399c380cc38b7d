// Messages that consumers have handled by requests.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "models/calls/tally.h"
#include "models/context.h"
#include "models/node.h"
#include "models/request.h"
#include "sim/recorder.h"
#include "sim/rng.h"

namespace models {

// An endpoint of an instance, which handles messages there by calls that no network carries.
struct MessageHandler {
    const Instance& process;
    std::uint32_t instance;
    EndpointId endpoint;
    std::uint64_t stream;  // for what it draws
};
struct MessageToHandle {
    std::uint64_t identity;
    std::uint64_t key;
    std::uint32_t user;
    std::uint32_t bytes;
};
inline Request request_for(const MessageHandler& handler, const MessageToHandle& message) {
    Request request;
    request.identity = sim::request_key(handler.stream, message.identity);
    request.operation = message.identity;
    request.key = message.key;
    request.user = message.user;
    request.bytes = message.bytes;
    request.endpoint = handler.endpoint;
    request.caller = handler.instance;
    request.place = handler.process.place();
    return request;
}

// What consumers have handled of what was published in the measured time: once, and again.
class HandledMessages {
public:
    explicit HandledMessages(const Context& context)
        : context_(context),
          handled_(context, "handled"),
          handled_again_(context, "handled_again"),
          failures_(context, "failed_attempts") {}

    // Whether it counts as handled, the first time or again.
    bool add(std::uint64_t identity, sim::Time published, const Response& response) {
        if (published < context_.world.recorder.measured_from()) return false;
        if (!response.ok()) {
            failures_.add();
            return false;
        }
        const bool is_new = done_.insert(identity).second;
        (is_new ? handled_ : handled_again_).add();
        return true;
    }

private:
    const Context& context_;
    std::unordered_set<std::uint64_t> done_;
    Tally handled_, handled_again_, failures_;
};

}  // namespace models
