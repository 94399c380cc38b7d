// What one observer knows of one member from its heartbeats: nobody is down, somebody takes it to
// be. Two observers may see it differently; who is right, votes decide (election.h).
#pragma once

#include "sim/time.h"

namespace models {

class Suspicion {
public:
    Suspicion() = default;
    explicit Suspicion(sim::Time now) : heard_(now) {}

    void asked(sim::Time now) {
        asked_ = now;
        if (!waits()) waits_since_ = now;
    }
    void heard(sim::Time now) {
        heard_ = now;
        waits_since_ = sim::kForever;
    }

    // Some heartbeat was asked for, and did not come yet.
    bool waits() const { return waits_since_ != sim::kForever; }
    // How long for the oldest of them.
    sim::Duration unanswered(sim::Time now) const {
        return waits() ? now - waits_since_ : sim::Duration::zero();
    }
    // Since the last that came, and since the last that was asked for.
    sim::Duration silent(sim::Time now) const { return now - heard_; }
    sim::Duration since_asked(sim::Time now) const { return now - asked_; }

private:
    sim::Time heard_{};
    sim::Time asked_{};
    sim::Time waits_since_ = sim::kForever;
};

}  // namespace models
