// Requests that a rule sends to another node go there, and nowhere else.
#pragma once

#include "models/blocks/block.h"
#include "models/pools/routes.h"

namespace models {

class Follow final : public Keeps<Follow> {
public:
    struct State {
        sim::Time sent;
        std::uint32_t address;  // of the request as it came
        EndpointId endpoint;
    };

    // `address`: what the next hop sees instead of the sender's, if anything.
    Follow(const Context& context, Routes& routes, std::optional<std::uint32_t> address)
        : scheduler_(context.scheduler()),
          meter_(context.meter),
          routes_(routes),
          address_(address) {}

    Go enter(Call& call) override {
        Request& request = call.request;
        const auto route = routes_.find(request);
        if (!route) {
            if (!Routes::only_rules_know(request.endpoint)) return on();
            return answer(call, {Outcome::failed, cause::not_found});
        }
        begin(call, scheduler_.now(), request.address, request.endpoint);
        request.address = address_.value_or(request.address);
        request.endpoint = route->endpoint;
        call.push_frame(this);
        return route->to->enter(call);
    }
    Go answered(Call& call) override {
        meter_.spent(Spent::calling, scheduler_.now() - mine(call).sent);
        leave(call);
        return back();
    }
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override {
        call.request.address = mine(call).address;
        call.request.endpoint = mine(call).endpoint;
    }

private:
    void leave(Call& call) {
        restore(call);
        end(call);
    }

    sim::Scheduler& scheduler_;
    sim::Meter& meter_;
    Routes& routes_;
    std::optional<std::uint32_t> address_;
};

}  // namespace models
