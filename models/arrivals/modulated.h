// A Poisson process whose rate is multiplied by a factor that changes from spell to spell: what
// on_off and mmpp share.
#pragma once

#include "models/arrivals/arrival_process.h"

namespace models {

class Modulated {
public:
    struct Spell {
        double seconds;
        double factor;
    };

    explicit Modulated(const ArrivalPlan& plan) : plan_(plan), wanted_(plan_.draws.exponential()) {}

    sim::Draws& draws() { return plan_.draws; }

    // `next_spell()` gives the spell after the one that has ended. Long times without a request
    // come in pieces, so that a run that waits for one can still be interrupted.
    template <class NextSpell>
    Arrival next(NextSpell next_spell) {
        constexpr int kSpells = 1000;
        for (int spells = 0; spells < kSpells; ++spells) {
            const double room = (at_end_ - reached_) * factor_;
            if (wanted_ <= room) {
                reached_ += wanted_ / factor_;
                wanted_ = plan_.draws.exponential();
                return Arrival::after(plan_.curve.time_of(reached_));
            }
            wanted_ -= room;
            reached_ = at_end_;
            if (reached_ >= plan_.curve.most_events()) return Arrival::never();
            const Spell spell = next_spell();
            ends_ += spell.seconds;
            factor_ = spell.factor;
            at_end_ = plan_.curve.events_by(ends_);
        }
        return Arrival::nothing_until(ends_);
    }

private:
    ArrivalPlan plan_;
    double wanted_;       // until the next request, in requests of the multiplied rate
    double ends_ = 0;     // of the spell, in seconds
    double at_end_ = 0;   // what the curve has come to by then
    double reached_ = 0;  // and by the last request
    double factor_ = 0;
};

}  // namespace models
