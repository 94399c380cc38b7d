#include "models/arrivals/mmpp.h"

namespace models {

void MmppArrivals::Spec::check(spec::Check& check) const {
    double highest = 0;
    for (const RateState& state : states) highest = std::max(highest, state.factor);
    check.that(highest > 0, "states", "all the factors are zero: nothing would ever come",
               "give one state a factor above 0");
}

// States are visited equally often, so the share of time in one is its length over the sum.
MmppArrivals::MmppArrivals(const Spec& spec, const ArrivalPlan& plan) : modulated_(plan) {
    double length = 0;
    double weighted = 0;
    for (const RateState& state : spec.states) {
        length += sim::seconds(state.lasts);
        weighted += sim::seconds(state.lasts) * state.factor;
    }
    for (const RateState& state : spec.states) {
        states_.push_back({sim::seconds(state.lasts), state.factor * length / weighted});
    }
    state_ = first_state();
}

std::size_t MmppArrivals::first_state() {
    double length = 0;
    for (const Modulated::Spell& state : states_) length += state.seconds;
    double place = length * modulated_.draws().uniform();
    std::size_t state = 0;
    while (state + 1 < states_.size() && place >= states_[state].seconds) {
        place -= states_[state++].seconds;
    }
    return state;
}

std::size_t MmppArrivals::state_after(std::size_t state) {
    if (states_.size() < 2) return state;
    const std::size_t other = modulated_.draws().below(states_.size() - 1);
    return other < state ? other : other + 1;
}

Arrival MmppArrivals::next() {
    return modulated_.next([this]() -> Modulated::Spell {
        if (has_begun_) state_ = state_after(state_);
        has_begun_ = true;
        const Modulated::Spell& state = states_[state_];
        return {state.seconds * modulated_.draws().exponential(), state.factor};
    });
}

}  // namespace models
