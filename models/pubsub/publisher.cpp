#include "models/pubsub/publisher.h"

#include <fmt/core.h>

#include <utility>

#include "models/causes.h"
#include "models/in_flight_guard.h"
#include "models/pubsub/redis_pubsub.h"

namespace models::pubsub {

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
      caller_(caller.name),
      number_(server.number_a_publisher()) {}

Publisher::Process& Publisher::process(const Request& request) {
    auto& process = processes_[request.caller];
    if (process == nullptr) {
        const Context& context = server_.context();
        process = std::make_unique<Process>(
            server_, Connection::Where{
                         context.world.network, request.place,
                         fmt::format("publisher {} of {}[{}]", number_, caller_, request.caller)});
        const auto instances = context.world.directory.node(caller_).instances();
        if (request.caller < instances.size()) process->instance = instances[request.caller];
        if (process->instance != nullptr) process->born = process->instance->times_down();
        process->connection.open();
    }
    // It has been started anew.
    const bool is_another =
        process->instance != nullptr && process->instance->times_down() != process->born;
    if (is_another) {
        process->born = process->instance->times_down();
        process->lost();
        process->connection.close();
        process->connection.open();
    }
    return *process;
}

Reply Publisher::call(Request request) {
    InFlightGuard here(server_.context(), request);
    sim::Scheduler& scheduler = server_.context().scheduler();
    Process& from = process(request);
    if (!from.connection.is_open()) co_return here.leave({Outcome::failed, cause::refused});
    Command command;
    command.channel = channel_;
    command.number = ++from.numbers;
    command.message = {request.operation != 0 ? request.operation : request.identity, request.key,
                       request.user, static_cast<std::uint32_t>(spec_.record_size.count),
                       scheduler.now()};
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
