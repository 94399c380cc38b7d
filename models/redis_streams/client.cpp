#include "models/redis_streams/client.h"

#include <utility>

#include "models/redis_streams/redis_streams.h"

namespace models::redis_streams {

Client::Client(RedisStreams& node, const Where& where)
    : node_(node),
      number_(node.number_a_client()),
      inbox_(node.context().world, where.place),
      to_(node.context(), where.place, node.server().inbox(), where.name),
      back_(node.context(), node.server().inbox().place(), inbox_, "answers to " + where.name) {
    inbox_.handle([this](const Told& told) { take(told); });
}

sim::Task<Answer> Client::ask(Command command, sim::Duration timeout) {
    sim::Scheduler& scheduler = node_.context().scheduler();
    if (to_.is_broken()) forget_all();
    const auto waiting = std::make_shared<Waiting>(scheduler);
    const std::uint64_t number = asked_ + 1;
    waiting_.emplace(number, waiting);
    send(std::move(command));
    const bool is_told = co_await waiting->done.pass_within(timeout);
    waiting_.erase(number);
    if (!is_told) waiting->answer.how = Answered::timed_out;
    co_return std::move(waiting->answer);
}

void Client::send(Command command) {
    if (to_.is_broken()) forget_all();
    command.from = this;
    command.connection = connection_;
    command.number = ++asked_;
    const std::uint32_t bytes = command.bytes();
    to_.send(std::move(command), bytes);
}

// What is asked next goes on a new connection.
void Client::forget_all() {
    ++connection_;
    to_.reconnect();
    back_.reconnect();
    for (const auto& [number, each] : std::exchange(waiting_, {})) {
        each->answer.how = Answered::reset;
        each->done.open();
    }
}

void Client::close() {
    Command command;
    command.kind = Command::Kind::close;
    command.from = this;
    command.connection = connection_;
    to_.send(command, kFrameBytes);
    forget_all();
}

void Client::tell(Told told) {
    const std::uint32_t bytes = told.answer.bytes();
    back_.send(std::move(told), bytes);
}

void Client::take(const Told& told) {
    if (told.connection != connection_) return;
    if (told.number == 0) return forget_all();
    const auto found = waiting_.find(told.number);
    if (found == waiting_.end()) return;
    found->second->answer = told.answer;
    found->second->done.open();
}

}  // namespace models::redis_streams
