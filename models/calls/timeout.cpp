#include "models/calls/timeout.h"

#include <algorithm>

namespace models {

Go Timeout::enter(Call& call) {
    const sim::Time now = world_.scheduler.now();
    const sim::Time due = limit_ > sim::kForever - now ? sim::kForever : now + limit_;
    State& my = begin(call, Limit{}, call.request.deadline);
    world_.calls.limit(call, *this, my.limit, due, propagates_);
    if (propagates_) call.request.deadline = std::min(due, call.request.deadline);
    return on();
}

Go Timeout::answered(Call& call) {
    leave(call);
    return back();
}

Go Timeout::woken(Call& call) {
    leave(call);
    return answer(call, {Outcome::timed_out, cause::timeout});
}

void Timeout::leave(Call& call) {
    world_.calls.lift(call, mine(call).limit);
    restore(call);
    end(call);
}

}  // namespace models
