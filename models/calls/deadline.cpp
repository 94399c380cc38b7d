#include "models/calls/deadline.h"

namespace models {

// Without any deadline the limit is the end of time, which costs nothing.
Go Deadline::enter(Call& call) {
    const sim::Time now = world_.scheduler.now();
    const sim::Time before = call.request.deadline;
    const bool is_earlier = limit_ > sim::Duration::zero() && limit_ < before - now;
    const sim::Time due = is_earlier ? now + limit_ : before;
    if (due <= now) {
        missed_.add();
        return answer(call, {Outcome::rejected, cause::deadline});
    }
    State& my = begin(call, Limit{}, before);
    world_.calls.limit(call, my.limit, due, true);
    call.request.deadline = due;
    return on();
}

Go Deadline::answered(Call& call) {
    leave(call);
    return back();
}

Go Deadline::woken(Call& call) {
    missed_.add();
    leave(call);
    return answer(call, {Outcome::timed_out, cause::deadline});
}

void Deadline::leave(Call& call) {
    world_.calls.lift(call, mine(call).limit);
    restore(call);
    end(call);
}

}  // namespace models
