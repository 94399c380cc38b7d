#include "models/calls/coalesce.h"

#include "models/blocks/calls.h"

namespace models {

Coalesce::Coalesce(const Spec&, const Context& context)
    : world_(context.world), coalesced_(context, "coalesced") {}

Block* Coalesce::inside() {
    alone_.link(outer(), nullptr);
    return &flight_;
}

Go Coalesce::enter(Call& call) {
    if (call.request.is_write) return {&alone_, Way::enter};
    std::shared_ptr<SharedAnswer>& known = flights_[item_of(call.request)];
    std::shared_ptr<SharedAnswer> answer = known;
    if (answer) {
        coalesced_.add();
    } else {
        answer = known = std::make_shared<SharedAnswer>(world_.scheduler);
        Call& one = world_.calls.begin(call.request);
        world_.calls.run(one, {&flight_, Way::enter});
    }
    return wait_for(call, std::move(answer));
}

Go Coalesce::Flight::answered(Call& call) {
    if (call.request.is_write) return back();
    const auto flight = policy_.flights_.find(item_of(call.request));
    const std::shared_ptr<SharedAnswer> answer = std::move(flight->second);
    policy_.flights_.erase(flight);
    answer->come(call.response);
    return back();
}

Go Coalesce::Alone::enter(Call& call) {
    call.at = this;
    Call& child = policy_.world_.calls.fork(call, call.request, 0);
    policy_.world_.calls.run(child, {&policy_.flight_, Way::enter});
    return {};
}

void Coalesce::Alone::joined(Call& parent, Call& child) {
    parent.response = child.response;
    policy_.world_.scheduler.post(parent);
}

void Coalesce::Alone::abandoned(Call& call) {
    policy_.world_.calls.leave_children(call, policy_.world_.cancelling);
}

}  // namespace models
