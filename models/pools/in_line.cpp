#include "models/pools/in_line.h"

#include "models/pools/target_attempt.h"
#include "models/spans.h"

namespace models {

sim::Semaphore& InLine::places(Call& call) const {
    return attempt_ != nullptr ? queue_.places(attempt_->target(call)) : queue_.places();
}

// When no target takes requests there is nothing to wait for.
Go InLine::enter(Call& call) {
    begin(call, nullptr);
    if (attempt_ == nullptr && targets_.serving() == 0) return on();
    sim::Semaphore& places = this->places(call);
    if (!queue_.has_room(places)) {
        places.note_refused();
        return reject(call, queue_.when_full());
    }
    if (places.try_take()) return has_waited(call, world_.scheduler.now(), &places);
    return {&waiting_, Way::enter};
}

Go InLine::Waiting::enter(Call& call) {
    sim::Semaphore& places = line_.places(call);
    begin(call, line_.queue_, places, line_.world_.scheduler.now()).turn.await_suspend(call);
    return stay(call);
}

Go InLine::Waiting::woken(Call& call) {
    State& my = mine(call);
    const sim::Time joined = my.joined;
    sim::Semaphore* const places = my.turn.await_resume().release();
    end(call);
    return line_.has_waited(call, joined, places);
}

Go InLine::has_waited(Call& call, sim::Time joined, sim::Semaphore* places) {
    const sim::Time now = world_.scheduler.now();
    meter_.spent(Spent::queueing, now - joined);
    spent_in(world_, call.request, Spent::queueing, joined, now);
    if (places == nullptr) return reject(call, queue_.when_late());
    mine(call).places = places;
    return on();
}

Go InLine::reject(Call& call, Cause cause) {
    end(call);
    return answer(call, {Outcome::rejected, cause});
}

void InLine::leave(Call& call) {
    if (sim::Semaphore* const places = mine(call).places) places->give_back();
    end(call);
}

}  // namespace models
