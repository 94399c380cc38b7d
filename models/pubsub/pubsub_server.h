// The server: one thread for all commands, the subscriptions there are now, and an output buffer
// for each subscriber that does not read as fast as it is sent to.
//
// A message goes to whoever is subscribed when PUBLISH is carried out, and is kept for nobody
// (at most once). What does not fit into a subscriber's socket waits in its output buffer; who has
// too much there, or much for too long, is disconnected (client-output-buffer-limit pubsub).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>

#include "models/abilities.h"
#include "models/instance_state.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "models/pubsub/frames.h"
#include "sim/cpu.h"
#include "sim/task_group.h"
#include "sim/timer.h"

namespace models::pubsub {

class RedisPubSub;

class PubSubServer final : public Instance, public Crashable, public Slowable {
public:
    PubSubServer(RedisPubSub& node, PlaceId place);

    // Nobody calls it: it is sent commands.
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    // All connections are reset.
    void take_down() override;
    void bring_up() override { up_.bring_up(); }
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    PlaceId place() const override { return inbox_.place(); }

    void dismiss();
    sim::Cpu& cpu() { return cpu_; }
    Mailbox<Command>& inbox() { return inbox_; }
    // In bytes, of all subscribers.
    std::uint64_t output_buffers() const;

    std::uint64_t commands = 0;

private:
    struct Session final : sim::Event {
        Session(PubSubServer& of, Connection& with, std::uint32_t which);
        void fire() override;

        PubSubServer& server;
        Connection& connection;
        std::uint32_t attempt;
        ChannelNumber channel = kNoChannel;  // that it is subscribed to
        std::deque<Message> buffer{};
        std::uint64_t buffered = 0;  // bytes
        std::uint64_t unread = 0;    // bytes that are in the socket
        sim::Timer too_long;         // above the soft limit
    };

    using Sessions = std::map<std::uint32_t, std::unique_ptr<Session>>;  // by connection

    void take(const Command& command);
    sim::Task<void> work_on(Command command);
    void open(const Command& command);
    std::uint64_t publish(const Command& command);
    void read(Session& session, std::uint64_t bytes);
    void offer(Session& session, const Message& message);
    void flush(Session& session);
    void watch(Session& session);
    void disconnect(Session& session);
    static void refuse(Connection& connection, std::uint32_t attempt);
    // Of this very connection, not of one before it.
    Session* session_of(const Command& command);

    RedisPubSub& node_;
    Mailbox<Command> inbox_;
    sim::Cpu cpu_;
    UpState up_;
    SpeedState slow_;
    Sessions sessions_;
    sim::TaskGroup works_;
};

}  // namespace models::pubsub
