// The one thing every model speaks: a call goes to a service, an answer comes back.
#pragma once

#include "models/blocks/await.h"
#include "models/request.h"

namespace models {

class Service {
public:
    Service() : awaits_(*this) {}
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service() = default;

    // Where a call goes that comes in, in a frame of its own.
    virtual Go enter(Call&) { return {&awaits_, Way::enter}; }

    // The same for a coroutine that calls.
    virtual Reply call(Request request) = 0;

private:
    class Awaits final : public Await {
    public:
        explicit Awaits(Service& service) : service_(service) { link(&Return::block(), nullptr); }
        Reply story(Call& call) override { return service_.call(call.request); }

    private:
        Service& service_;
    };

    Awaits awaits_;
};

}  // namespace models
