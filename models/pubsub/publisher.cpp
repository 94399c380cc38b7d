#include "models/pubsub/publisher.h"

#include <fmt/core.h>

#include <utility>

#include "models/causes.h"
#include "models/in_flight_guard.h"
#include "models/pubsub/redis_pubsub.h"

namespace models::pubsub {

Publisher::Process::Process(RedisPubSub& server, const CallerClient& where)
    : connection(server, {server.context().world.network, where.place, where.name}, *this),
      incarnation(where.process) {
    connection.open();
}

void Publisher::Process::pushed(const Push& push) {
    const auto found = waiting.find(push.number);
    if (found != waiting.end()) found->second->done.open();
}

void Publisher::Process::lost() {
    for (const auto& [number, each] : waiting) {
        each->response = {Outcome::failed, cause::reset};
        each->done.open();
    }
}

Publisher::Publisher(RedisPubSub& server, ChannelNumber channel, const ProducerSpec& spec,
                     const Context& caller)
    : server_(server),
      channel_(channel),
      spec_(spec),
      processes_(caller.name, fmt::format("publisher {}", server.number_a_publisher())) {}

Publisher::Process& Publisher::process(const Request& request) {
    Process& process = processes_.of(request, server_.context(), [this](const CallerClient& where) {
        return std::make_unique<Process>(server_, where);
    });
    // It has been started anew.
    if (process.incarnation.is_over()) {
        process.incarnation.begin();
        process.lost();
        process.connection.close();
        process.connection.open();
    }
    return process;
}

Reply Publisher::call(Request request) {
    InFlightGuard here(server_.context(), request);
    sim::Scheduler& scheduler = server_.context().scheduler();
    Process& from = process(request);
    if (!from.connection.is_open()) co_return here.leave({Outcome::failed, cause::refused});
    Command command;
    command.channel = channel_;
    command.number = ++from.numbers;
    command.message = {request.operation_id(), request.key, request.user,
                       static_cast<std::uint32_t>(spec_.record_size.count), scheduler.now()};
    from.connection.send(command);
    if (spec_.fire_and_forget) co_return here.leave({});
    const auto waiting = std::make_shared<Waiting>(scheduler);
    from.waiting.emplace(command.number, waiting);
    const bool is_told = co_await waiting->done.pass_within(spec_.request_timeout);
    from.waiting.erase(command.number);
    if (!is_told) co_return here.leave({Outcome::timed_out, cause::timeout});
    if (waiting->response.ok()) {
        server_.publish_time().add(scheduler.now() - command.message.published);
    }
    co_return here.leave(waiting->response);
}

}  // namespace models::pubsub
