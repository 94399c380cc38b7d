#include "models/steps/forks.h"

namespace models {

Go Forks::enter(Call& call) {
    begins(call, "waiting for branches");
    begin(call, now(), call.response, 0u, 0u, 0u, 0u, false);
    return go_on(call);
}

// All side by side, or one after another until one fails.
bool Forks::is_more_to_do(const State& my) const {
    return my.next < count() && (side_by_side_ || (my.running == 0 && my.whole.ok()));
}

Go Forks::go_on(Call& call) {
    call.at = this;
    mine(call).is_forking = true;  // one that begins may end at once
    while (is_more_to_do(mine(call))) {
        const std::uint32_t number = mine(call).next++;
        ++mine(call).running;
        Call& child = world_.calls.fork(call, request(call.request, number), number);
        world_.calls.run(child, begin_of(number));
    }
    mine(call).is_forking = false;
    return mine(call).running == 0 ? finish(call) : Go{};
}

// The body of the last counts, and so does its failure, whoever was first.
void Forks::joined(Call& call, Call& child) {
    State& my = mine(call);
    const Response& part = child.response;
    my.whole.degraded |= part.degraded;
    my.whole.stale |= part.stale;
    my.whole.wrong |= part.wrong;
    if (child.number() >= my.last) {
        my.last = child.number();
        my.whole.missing = part.missing;
        my.whole.bytes = part.bytes;
        my.whole.version = part.version;
    }
    if (!part.ok() && child.number() + 1 > my.last_bad) {
        my.last_bad = child.number() + 1;
        my.whole.outcome = part.outcome;
        my.whole.cause = part.cause;
    }
    if (--my.running == 0 && !my.is_forking) world_.scheduler.post(call);
}

Go Forks::woken(Call& call) {
    return is_more_to_do(mine(call)) ? go_on(call) : finish(call);
}

Go Forks::finish(Call& call) {
    const State my = mine(call);
    end(call);
    call.response = my.whole;
    did(call, Spent::calling, now() - my.began);
    return call.ok() ? on() : back();
}

void Forks::abandoned(Call& call) {
    world_.calls.leave_children(call, world_.cancelling);
    end(call);
}

}  // namespace models
