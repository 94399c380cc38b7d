// A client of the server: one connection, on which it asks and is answered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "models/network/channel.h"
#include "models/redis_streams/frames.h"
#include "sim/gate.h"
#include "sim/task.h"

namespace models::redis_streams {

class RedisStreams;

class Client {
public:
    struct Where {
        PlaceId place = kNowhere;
        std::string name{};
    };
    Client(RedisStreams& node, const Where& where);

    // No answer within the time: Answered::timed_out. Entries that come later are in nobody's
    // hands.
    sim::Task<Answer> ask(Command command, sim::Duration timeout);
    // The same, and nobody waits.
    void send(Command command);
    // Its process has died: the kernel closes the socket.
    void close();
    // By the server.
    void tell(Told told);

    std::uint32_t number() const { return number_; }

private:
    struct Waiting {
        explicit Waiting(sim::Scheduler& scheduler) : done(scheduler, false) {}
        sim::Gate done;
        Answer answer{};
    };
    void take(const Told& told);
    void forget_all();

    RedisStreams& node_;
    std::uint32_t number_;
    Mailbox<Told> inbox_;
    Channel<Command> to_;
    Channel<Told> back_;
    std::uint32_t connection_ = 1;
    std::uint64_t asked_ = 0;
    std::map<std::uint64_t, std::shared_ptr<Waiting>> waiting_;
};

}  // namespace models::redis_streams
