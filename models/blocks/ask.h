// co_await ask(world, service, request): a coroutine that makes a call.
//
// When the coroutine is destroyed before the answer is there, the call goes on unheard, or ends if
// its caller cancels it (World::cancelling).
#pragma once

#include "models/blocks/calls.h"
#include "models/context.h"
#include "models/service.h"

namespace models {

class Asking {
public:
    Asking(World& world, Service& service, const Request& request)
        : world_(world), service_(service), request_(request) {}
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() {
        if (call_ != nullptr) leave();
    }

    bool await_ready() {
        Call& call = world_.calls.begin(request_);
        call.heard_ = CallWaiter(this);
        call_ = &call;
        world_.calls.run(call, service_.enter(call));
        return call_ == nullptr;
    }
    void await_suspend(sim::Wake caller) { wake_ = caller; }
    Response await_resume() const { return response_; }

private:
    friend Calls;

    void leave();
    void moved(Call& to) { call_ = &to; }
    void answered(const Response& response) {
        response_ = response;
        call_ = nullptr;
        if (wake_) wake_();
    }

    World& world_;
    Service& service_;
    Request request_;
    Response response_;
    Call* call_ = nullptr;
    sim::Wake wake_;
};

inline Asking ask(World& world, Service& service, const Request& request) {
    return {world, service, request};
}

}  // namespace models
