#include "models/arrivals/on_off.h"

namespace models {

// It begins on as often as it is on, with a whole time on or off: exact for exponential times.
OnOffArrivals::OnOffArrivals(const Spec& spec, const ArrivalPlan& plan)
    : modulated_(plan), on_(spec.on.build()), off_(spec.off.build()) {
    const double share = on_.mean() / (on_.mean() + off_.mean());
    factor_ = 1 / share;
    is_on_ = !modulated_.draws().chance(share);  // the first spell turns it round
}

Arrival OnOffArrivals::next() {
    return modulated_.next([this]() -> Modulated::Spell {
        is_on_ = !is_on_;
        const sim::Distribution& lasts = is_on_ ? on_ : off_;
        return {lasts.sample(modulated_.draws()), is_on_ ? factor_ : 0};
    });
}

}  // namespace models
