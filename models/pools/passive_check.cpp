#include "models/pools/passive_check.h"

#include <fmt/core.h>

namespace models {

namespace {

std::int64_t whole_seconds(sim::Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

std::int64_t PassiveCheck::now() const {
    return whole_seconds(scheduler_.now().time_since_epoch());
}

std::int64_t PassiveCheck::fail_timeout() const {
    return whole_seconds(spec_.fail_timeout);
}

PassiveCheck::State& PassiveCheck::state(BackendId id) {
    while (states_.size() <= id) {
        states_.push_back(std::make_unique<State>(*this, static_cast<BackendId>(states_.size())));
    }
    return *states_[id];
}

void PassiveCheck::placed(BackendId id) {
    State& state = this->state(id);
    if (now() - state.checked <= fail_timeout()) return;
    state.checked = now();
    if (state.fails >= spec_.max_fails) leave_out(state);  // but for this one request
}

void PassiveCheck::answered(BackendId id, bool failed) {
    State& state = this->state(id);
    if (failed) {
        ++state.fails;
        state.accessed = state.checked = now();
        if (state.fails < spec_.max_fails || targets_.size() == 1) return;
        if (!targets_.has(id, Reason::failing)) {
            targets_.tell(id, "failing", fmt::format("{} failed answers", state.fails));
        }
        leave_out(state);
    } else if (state.accessed < state.checked) {
        if (state.fails >= spec_.max_fails) targets_.tell(id, "answers again");
        state.fails = 0;
        state.timer.stop();
        targets_.include(id, Reason::failing);
    }
}

// Until the first whole second that is more than fail_timeout after `checked`.
void PassiveCheck::leave_out(State& state) {
    if (targets_.size() == 1) return;
    targets_.exclude(state.id, Reason::failing);
    const std::chrono::seconds until(state.checked + fail_timeout() + 1);
    state.timer.start_at(sim::Time(until), static_cast<sim::Event&>(state));
}

void PassiveCheck::State::fire() {
    timer.fired();
    check.targets_.include(id, Reason::failing);
}

}  // namespace models
