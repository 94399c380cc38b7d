// Around all that a balancer does for a request: what came of its connection to a target it says in
// the way of its product.
#pragma once

#include "models/blocks/block.h"
#include "models/calls/proxy_status.h"

namespace models {

class AnswersAs final : public Block {
public:
    explicit AnswersAs(Proxy proxy) : proxy_(proxy) {}

    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override {
        if (call.ok()) return back();
        Response& response = call.response;
        if (!response.is_answered() && response.cause == cause::refused) {
            say(response, ProxyFailure::refused);
        } else if (!response.is_answered() && response.cause == cause::reset) {
            say(response, ProxyFailure::reset);
        } else {
            response.cause = seen_from_outside(response);
        }
        response.by_proxy = true;
        return back();
    }

private:
    void say(Response& response, ProxyFailure failure) const {
        response.cause = answered_by(proxy_, failure, response.cause);
    }

    Proxy proxy_;
};

}  // namespace models
