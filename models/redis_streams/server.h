// The server: one thread for all commands, the streams and their groups, and readers that wait for
// entries.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "models/abilities.h"
#include "models/instance_state.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "models/redis_streams/frames.h"
#include "sim/cpu.h"
#include "sim/task_group.h"

namespace models::redis_streams {

class RedisStreams;

class StreamServer final : public Instance, public Crashable, public Slowable {
public:
    StreamServer(RedisStreams& node, PlaceId place);

    // Nobody calls it: it is sent commands.
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    // All connections are reset; what is not in a file is gone.
    void take_down() override;
    void bring_up() override { up_.bring_up(); }
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    PlaceId place() const override { return inbox_.place(); }

    GroupNumber add_group(StreamNumber stream);
    void dismiss() { works_.dismiss(); }
    sim::Cpu& cpu() { return cpu_; }
    Mailbox<Command>& inbox() { return inbox_; }
    const Stream& stream(StreamNumber number) const { return streams_[number]; }
    const Group& group(GroupNumber number) const { return groups_[number].group; }
    // Of the group's stream, beyond what it has delivered.
    std::size_t undelivered(GroupNumber number) const;
    // In bytes: macro nodes, and pending entries of all groups.
    std::uint64_t memory() const;

    std::uint64_t commands = 0;

private:
    struct GroupOf {
        StreamNumber stream;
        Group group{};
        std::deque<Command> blocked{};
    };

    void take(const Command& command);
    sim::Task<void> work_on(Command command);
    Answer carry_out(const Command& command);
    Answer add(const Command& command);
    Answer claim(const Command& command);
    void answer(const Command& command, Answer answer);
    void serve_blocked(GroupOf& group);
    sim::Task<void> serve(Command command);
    sim::Task<void> expire(GroupNumber group, std::uint32_t client, std::uint64_t number,
                           sim::Duration block);
    void disconnect(const Command& command);
    bool is_connected(const Command& command) const;

    RedisStreams& node_;
    Mailbox<Command> inbox_;
    sim::Cpu cpu_;
    UpState up_;
    SpeedState slow_;
    std::vector<Stream> streams_;
    std::vector<GroupOf> groups_;
    EntryId added_ = 0;
    std::map<std::uint32_t, std::pair<Client*, std::uint32_t>> connections_;  // by client
    sim::TaskGroup works_;
};

}  // namespace models::redis_streams
