#include "models/pubsub/pubsub_server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/causes.h"
#include "models/pubsub/redis_pubsub.h"

namespace models::pubsub {

PubSubServer::Session::Session(PubSubServer& of, Connection& with, std::uint32_t which)
    : server(of), connection(with), attempt(which), too_long(of.node_.context().scheduler()) {}

// Above the soft limit all the time.
void PubSubServer::Session::fire() {
    too_long.fired();
    server.disconnect(*this);
}

PubSubServer::PubSubServer(RedisPubSub& node, PlaceId place)
    : node_(node),
      inbox_(node.context().world, place),
      cpu_(node.context().scheduler(), sim::Discipline::fcfs, 1) {
    inbox_.handle([this](const Command& command) { take(command); });
}

Reply PubSubServer::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

void PubSubServer::dismiss() {
    works_.dismiss();
    sessions_.clear();
}

std::uint64_t PubSubServer::output_buffers() const {
    std::uint64_t bytes = 0;
    for (const auto& [number, each] : sessions_) bytes += each->buffered;
    return bytes;
}

void PubSubServer::take_down() {
    if (!up_.take_down()) return;
    works_.dismiss();
    for (const auto& [number, each] : std::exchange(sessions_, Sessions())) {
        node_.lost_in_buffers(each->buffer);
        refuse(each->connection, each->attempt);
    }
}

// The socket is closed from this side.
void PubSubServer::refuse(Connection& connection, std::uint32_t attempt) {
    Push closed;
    closed.kind = Push::Kind::closed;
    closed.attempt = attempt;
    connection.push(closed);
}

// --- commands ---

void PubSubServer::take(const Command& command) {
    if (!is_up()) return refuse(*command.from, command.attempt);
    if (command.kind == Command::Kind::read) {
        if (Session* const session = session_of(command)) read(*session, command.number);
    } else if (command.kind == Command::Kind::close) {
        if (session_of(command) != nullptr) sessions_.erase(command.from->number());
    } else {
        ++commands;
        open(command);
        works_.run(work_on(command));
    }
}

PubSubServer::Session* PubSubServer::session_of(const Command& command) {
    const auto found = sessions_.find(command.from->number());
    const bool is_it = found != sessions_.end() && found->second->attempt == command.attempt;
    return is_it ? found->second.get() : nullptr;
}

sim::Task<void> PubSubServer::work_on(Command command) {
    const RedisPubSub::Spec& spec = node_.spec();
    co_await cpu_.work(spec.command_time);
    if (command.kind == Command::Kind::subscribe) {
        if (Session* const session = session_of(command)) session->channel = command.channel;
        co_return;
    }
    const auto receivers = static_cast<std::int64_t>(
        std::count_if(sessions_.begin(), sessions_.end(),
                      [&](const auto& each) { return each.second->channel == command.channel; }));
    co_await cpu_.work(spec.delivery_time * receivers);
    Push published;
    published.kind = Push::Kind::published;
    published.attempt = command.attempt;
    published.number = command.number;
    node_.published(command.message, publish(command));
    command.from->push(published);
}

// With the first command on it.
void PubSubServer::open(const Command& command) {
    auto& session = sessions_[command.from->number()];
    const bool is_there = session != nullptr && session->attempt >= command.attempt;
    if (is_there) return;
    session = std::make_unique<Session>(*this, *command.from, command.attempt);
}

// To whoever is subscribed at this moment.
std::uint64_t PubSubServer::publish(const Command& command) {
    std::vector<Session*> receivers;
    for (const auto& [number, each] : sessions_) {
        if (each->channel == command.channel) receivers.push_back(each.get());
    }
    for (Session* const each : receivers) offer(*each, command.message);
    return receivers.size();
}

// --- output buffers ---

void PubSubServer::offer(Session& session, const Message& message) {
    session.buffer.push_back(message);
    session.buffered += kFrameBytes + message.bytes;
    flush(session);
    node_.buffered(session.buffered);
    watch(session);
}

void PubSubServer::read(Session& session, std::uint64_t bytes) {
    session.unread -= std::min(bytes, session.unread);
    flush(session);
    watch(session);
}

// As far as the sockets have room; a message that is larger than they are goes alone.
void PubSubServer::flush(Session& session) {
    while (!session.buffer.empty()) {
        const Message& next = session.buffer.front();
        const std::uint64_t bytes = kFrameBytes + next.bytes;
        const bool has_room =
            session.unread == 0 || session.unread + bytes <= node_.spec().socket_buffer.count;
        if (!has_room) return;
        Push push;
        push.attempt = session.attempt;
        push.message = next;
        session.unread += bytes;
        session.buffered -= bytes;
        session.connection.push(push);
        session.buffer.pop_front();
    }
}

void PubSubServer::watch(Session& session) {
    const RedisPubSub::Spec& spec = node_.spec();
    if (session.buffered > spec.output_buffer_hard_limit.count) return disconnect(session);
    const bool is_above = session.buffered > spec.output_buffer_soft_limit.count;
    if (!is_above) return session.too_long.stop();
    if (session.too_long.armed()) return;
    session.too_long.start(spec.output_buffer_soft_time, static_cast<sim::Event&>(session));
}

void PubSubServer::disconnect(Session& session) {
    node_.disconnected(session.buffer);
    refuse(session.connection, session.attempt);
    sessions_.erase(session.connection.number());
}

}  // namespace models::pubsub
