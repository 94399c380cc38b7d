// A client's side of a connection to the server: it is opened again when it is lost.
#pragma once

#include <cstdint>
#include <string>

#include "models/network/channel.h"
#include "models/pubsub/frames.h"
#include "sim/timer.h"

namespace models::pubsub {

class RedisPubSub;

// Whose it is.
class ConnectionUser {
public:
    virtual void pushed(const Push& push) = 0;
    // By the server, or it cannot be opened; it is tried again after a time.
    virtual void lost() = 0;
    virtual void opens() {}

protected:
    ~ConnectionUser() = default;
};

class Connection final : sim::Event {
public:
    struct Where {
        Links* links = nullptr;  // null: a message takes no time
        PlaceId place = kNowhere;
        std::string name{};
    };
    Connection(RedisPubSub& server, const Where& where, ConnectionUser& user);

    void open();
    // Its process has died, or does not want it any more: the kernel closes the socket.
    void close();
    bool is_open() const { return is_open_; }
    std::uint32_t number() const { return number_; }
    void send(Command command);
    // By the server.
    void push(Push push);

private:
    void fire() override;
    void take(const Push& push);

    RedisPubSub& server_;
    ConnectionUser& user_;
    std::uint32_t number_;
    Mailbox<Push> inbox_;
    Channel<Command> to_;
    Channel<Push> back_;
    std::uint32_t attempt_ = 0;
    bool is_open_ = false;
    sim::Timer retry_;
};

}  // namespace models::pubsub
