#include "models/redis_streams/publisher.h"

#include <fmt/core.h>

#include <memory>
#include <utility>

#include "models/causes.h"
#include "models/in_flight_guard.h"
#include "models/redis_streams/redis_streams.h"

namespace models::redis_streams {

namespace {

Response response_to(Answered how) {
    switch (how) {
        case Answered::ok:
            return {};
        case Answered::out_of_memory:
            return {Outcome::failed, cause::out_of_memory};
        case Answered::reset:
            return {Outcome::failed, cause::reset};
        default:
            return {Outcome::timed_out, cause::timeout};
    }
}

}  // namespace

Publisher::Publisher(RedisStreams& node, StreamNumber stream, const ProducerSpec& spec,
                     const Context& caller, std::uint32_t number)
    : node_(node),
      stream_(stream),
      spec_(spec),
      processes_(caller.name, fmt::format("publisher {}", number)) {}

// A process that was started anew has a new connection.
Client& Publisher::client_of(const Request& request) {
    Process& process = processes_.of(request, node_.context(), [this](const CallerClient& where) {
        return std::make_unique<Process>(node_, where);
    });
    if (process.mine.is_over()) {
        process.client.close();
        process.mine.begin();
    }
    return process.client;
}

Reply Publisher::call(Request request) {
    InFlightGuard here(node_.context(), request);
    Client& client = client_of(request);
    Command command;
    command.stream = stream_;
    command.entry.identity = request.operation_id();
    command.entry.key = request.key;
    command.entry.user = request.user;
    command.entry.bytes = static_cast<std::uint32_t>(spec_.record_size.count);
    command.entry.published = node_.context().now();
    const sim::Time began = node_.context().now();
    if (spec_.fire_and_forget) {
        client.send(std::move(command));
        co_return here.leave({});
    }
    const Answer answer = co_await client.ask(std::move(command), spec_.request_timeout);
    if (answer.ok()) node_.publish_time().add(node_.context().now() - began);
    co_return here.leave(response_to(answer.how));
}

}  // namespace models::redis_streams
