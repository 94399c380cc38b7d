#include "models/calls/timeout.h"

#include <algorithm>

namespace models {

Go Timeout::enter(Call& call) {
    const sim::Time now = world_.scheduler.now();
    const sim::Time due = limit_ > sim::kForever - now ? sim::kForever : now + limit_;
    if (propagates_) {
        Limit& limit = call.push<Propagated>(Limit{}, call.request.deadline).limit;
        world_.calls.limit(call, limit, due, true);
        call.request.deadline = std::min(due, call.request.deadline);
    } else {
        world_.calls.limit(call, call.push<State>(Limit{}).limit, due, false);
    }
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
    if (propagates_) {
        world_.calls.lift(call, call.top<Propagated>().limit);
        restore(call);
        call.pop<Propagated>();
    } else {
        world_.calls.lift(call, call.top<State>().limit);
        call.pop<State>();
    }
}

}  // namespace models
