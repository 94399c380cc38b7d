#include "models/redis_streams/server.h"

#include <algorithm>
#include <utility>

#include "models/causes.h"
#include "models/redis_streams/client.h"
#include "models/redis_streams/redis_streams.h"
#include "sim/sleep.h"

namespace models::redis_streams {

namespace {

// Of an entry in a pending entries list: its record and two places in radix trees, about.
constexpr std::uint64_t kPendingBytes = 100;

void close_connection(Client& client, std::uint32_t connection) {
    Told closed;
    closed.connection = connection;
    client.tell(std::move(closed));
}

}  // namespace

StreamServer::StreamServer(RedisStreams& node, PlaceId place)
    : node_(node),
      inbox_(node.context().world, place),
      cpu_(node.context().scheduler(), sim::Discipline::fcfs, 1) {
    for (const auto& [name, stream] : node.spec().streams.entries) {
        streams_.emplace_back(stream.rule());
    }
    inbox_.handle([this](const Command& command) { take(command); });
}

Reply StreamServer::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

GroupNumber StreamServer::add_group(StreamNumber stream) {
    groups_.push_back({stream});
    return static_cast<GroupNumber>(groups_.size() - 1);
}

std::size_t StreamServer::undelivered(GroupNumber number) const {
    const auto& entries = streams_[groups_[number].stream].entries();
    const auto from =
        std::upper_bound(entries.begin(), entries.end(), groups_[number].group.last_delivered(),
                         [](EntryId value, const Entry& each) { return value < each.id; });
    return static_cast<std::size_t>(entries.end() - from);
}

std::uint64_t StreamServer::memory() const {
    std::uint64_t bytes = 0;
    for (const Stream& each : streams_) bytes += each.bytes();
    for (const GroupOf& each : groups_) bytes += kPendingBytes * each.group.pending();
    return bytes;
}

void StreamServer::take_down() {
    if (!up_.take_down()) return;
    works_.dismiss();
    for (GroupOf& each : groups_) each.blocked.clear();
    if (!node_.spec().appendonly) {
        for (StreamNumber each = 0; each < streams_.size(); ++each) {
            node_.lost(each, streams_[each].clear());
        }
        // Whoever reads next makes the group anew, from the beginning.
        for (GroupOf& each : groups_) each.group.clear(0);
    }
    for (const auto& [number, connection] : std::exchange(connections_, {})) {
        close_connection(*connection.first, connection.second);
    }
}

// --- commands ---

bool StreamServer::is_connected(const Command& command) const {
    const auto found = connections_.find(command.from->number());
    return found != connections_.end() && found->second.second == command.connection;
}

void StreamServer::take(const Command& command) {
    if (!is_up()) return close_connection(*command.from, command.connection);
    if (command.kind == Command::Kind::close) return disconnect(command);
    ++commands;
    connections_[command.from->number()] = {command.from, command.connection};
    works_.run(work_on(command));
}

void StreamServer::disconnect(const Command& command) {
    if (!is_connected(command)) return;
    connections_.erase(command.from->number());
    for (GroupOf& group : groups_) {
        std::erase_if(group.blocked,
                      [&](const Command& each) { return each.from == command.from; });
    }
}

sim::Task<void> StreamServer::work_on(Command command) {
    co_await cpu_.work(node_.spec().command_time);
    const bool waits = command.kind == Command::Kind::xreadgroup && undelivered(command.group) == 0;
    if (waits) {
        groups_[command.group].blocked.push_back(command);
        works_.run(expire(command.group, command.from->number(), command.number, command.block));
        co_return;
    }
    Answer made = carry_out(command);
    co_await cpu_.work(node_.spec().entry_time * static_cast<std::int64_t>(made.entries.size()));
    answer(command, std::move(made));
}

Answer StreamServer::carry_out(const Command& command) {
    Answer made;
    const sim::Time now = node_.context().now();
    if (command.kind == Command::Kind::xadd) return add(command);
    GroupOf& of = groups_[command.group];
    const Stream& stream = streams_[of.stream];
    switch (command.kind) {
        case Command::Kind::xreadgroup:
            made.entries =
                of.group.read(stream, command.consumer, command.count, command.noack, now);
            break;
        case Command::Kind::xreadgroup_pending:
            made.entries =
                of.group.read_pending(stream, command.consumer, command.id, command.count, now);
            break;
        case Command::Kind::xautoclaim:
            return claim(command);
        default:
            of.group.acknowledge(command.id);
    }
    node_.uses(memory());
    return made;
}

Answer StreamServer::add(const Command& command) {
    Answer made;
    const auto& limit = node_.spec().maxmemory;
    if (limit && memory() >= limit->count) {
        made.how = Answered::out_of_memory;
        node_.refused();
        return made;
    }
    Entry entry = command.entry;
    entry.id = ++added_;
    entry.bytes += kEntryBytes;
    const Entries gone = streams_[command.stream].add(entry);
    node_.added(entry);
    node_.trimmed(command.stream, gone);
    node_.uses(memory());
    for (GroupOf& each : groups_) {
        if (each.stream == command.stream) serve_blocked(each);
    }
    return made;
}

Answer StreamServer::claim(const Command& command) {
    GroupOf& of = groups_[command.group];
    Group::Claimed claimed =
        of.group.autoclaim(streams_[of.stream], command.consumer, command.min_idle, command.id,
                           command.count, node_.context().now());
    Answer made;
    made.entries = std::move(claimed.entries);
    made.cursor = claimed.cursor;
    return made;
}

// Who has waited longest has what there is.
void StreamServer::serve_blocked(GroupOf& group) {
    if (group.blocked.empty()) return;
    Command first = std::move(group.blocked.front());
    group.blocked.pop_front();
    works_.run(serve(std::move(first)));
}

sim::Task<void> StreamServer::serve(Command command) {
    Answer made = carry_out(command);
    co_await cpu_.work(node_.spec().entry_time * static_cast<std::int64_t>(made.entries.size()));
    answer(command, std::move(made));
}

sim::Task<void> StreamServer::expire(GroupNumber group, std::uint32_t client, std::uint64_t number,
                                     sim::Duration block) {
    co_await sim::sleep(node_.context().scheduler(), block);
    auto& blocked = groups_[group].blocked;
    const auto found = std::find_if(blocked.begin(), blocked.end(), [&](const Command& each) {
        return each.from->number() == client && each.number == number;
    });
    if (found == blocked.end()) co_return;
    const Command command = *found;
    blocked.erase(found);
    answer(command, {});
}

void StreamServer::answer(const Command& command, Answer made) {
    if (!is_connected(command)) return;
    Told told;
    told.connection = command.connection;
    told.number = command.number;
    told.answer = std::move(made);
    command.from->tell(std::move(told));
}

}  // namespace models::redis_streams
