// A request's session is asked for at the store; without an answer from there it goes no further.
#pragma once

#include "models/blocks/block.h"
#include "models/pools/sessions.h"

namespace models {

class SessionLookUp final : public Keeps<SessionLookUp> {
public:
    struct State {
        std::uint64_t identity;  // of the request as it came
        EndpointId endpoint;
    };

    explicit SessionLookUp(Sessions& sessions) : sessions_(sessions) {}

    Go enter(Call& call) override {
        Request& request = call.request;
        begin(call, request.identity, request.endpoint);
        request.identity = Request::onward_identity(request.identity, kLookUp);
        request.endpoint = sessions_.store().endpoint();
        call.push_frame(this);
        return sessions_.store().enter(call);
    }
    Go answered(Call& call) override {
        leave(call);
        return call.ok() ? on() : answer(call, {Outcome::failed, call.response.cause});
    }
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override {
        call.request.identity = mine(call).identity;
        call.request.endpoint = mine(call).endpoint;
    }

private:
    static constexpr std::uint32_t kLookUp = 0x5e55;  // names the call among the request's

    void leave(Call& call) {
        restore(call);
        end(call);
    }

    Sessions& sessions_;
};

}  // namespace models
