// co_await Outbound(world, service.call(request)): a call that goes on when its caller is gone.
//
// A caller that crashes, or is given up on, cannot take back what it has sent: the callee works on
// and burns its capacity, as in real life. So the callee's task is handed to the world, not
// destroyed, when the caller's frame is; unless the caller cancels it (World::cancelling).
#pragma once

#include "models/context.h"
#include "models/service.h"

namespace models {

class Outbound {
public:
    Outbound(World& world, Reply&& reply) : world_(world), receiver_(std::move(reply)) {}
    Outbound(const Outbound&) = delete;
    Outbound& operator=(const Outbound&) = delete;
    ~Outbound() {
        const bool goes_on = waiting_ && !receiver_.done();
        if (goes_on && !world_.cancelling) world_.abandoned.adopt(receiver_);
    }

    bool await_ready() { return receiver_.start(); }
    void await_suspend(std::coroutine_handle<> caller) {
        waiting_ = true;
        receiver_.wake_at_end(caller);
    }
    Response await_resume() {
        waiting_ = false;
        return receiver_.value();
    }

private:
    World& world_;
    sim::Receiver<Response> receiver_;
    bool waiting_ = false;
};

}  // namespace models
