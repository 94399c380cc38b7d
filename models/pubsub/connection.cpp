#include "models/pubsub/connection.h"

#include <utility>

#include "models/pubsub/redis_pubsub.h"

namespace models::pubsub {

Connection::Connection(RedisPubSub& server, const Where& where, ConnectionUser& user)
    : server_(server),
      user_(user),
      number_(server.number_a_connection()),
      inbox_(server.context().world, where.place),
      to_(server.context(), where.links, where.place, server.inbox(), where.name),
      back_(server.context(), where.links, server.inbox().place(), inbox_,
            "pushes to " + where.name),
      retry_(server.context().scheduler()) {
    inbox_.handle([this](const Push& push) { take(push); });
}

void Connection::open() {
    retry_.stop();
    ++attempt_;
    is_open_ = true;
    to_.reconnect();
    back_.reconnect();
    user_.opens();
}

void Connection::close() {
    retry_.stop();
    if (!std::exchange(is_open_, false)) return;
    Command command;
    command.kind = Command::Kind::close;
    command.from = this;
    command.attempt = attempt_;
    to_.send(command, kFrameBytes);
}

void Connection::send(Command command) {
    if (!is_open_) return;
    command.from = this;
    command.attempt = attempt_;
    to_.send(command, kFrameBytes + command.message.bytes);
}

void Connection::push(Push push) {
    back_.send(push, kFrameBytes + push.message.bytes);
}

void Connection::take(const Push& push) {
    if (!is_open_ || push.attempt != attempt_) return;
    if (push.kind != Push::Kind::closed) return user_.pushed(push);
    is_open_ = false;
    retry_.start(server_.spec().reconnect_interval, static_cast<sim::Event&>(*this));
    user_.lost();
}

void Connection::fire() {
    retry_.fired();
    open();
}

}  // namespace models::pubsub
