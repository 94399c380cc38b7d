// On an edge of the graph: where the caller stands, and the way to a callee that stands in one
// place.
//
// Instances of servers and balancers say themselves where they stand, and have the way to them at
// their door.
#pragma once

#include "models/network/hop.h"

namespace models {

// What follows is sent from there; from nowhere when what is around it says how long it takes.
class SentFrom final : public Keeps<SentFrom> {
public:
    struct State {
        PlaceId before;
    };
    explicit SentFrom(PlaceId place) : place_(place) {}

    Go enter(Call& call) override {
        begin(call, call.request.place);
        call.request.place = place_;
        return on();
    }
    Go answered(Call& call) override {
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override { call.request.place = mine(call).before; }

private:
    PlaceId place_;
};

// To one place, from wherever the sender stands. `spent` as a Hop's.
class EdgeHop final : public Hop {
public:
    EdgeHop(const Context& context, PlaceId to, sim::Meter* spent) : Hop(context, spent), to_(to) {}

private:
    std::optional<Ends> ends_of(Call& call) const override {
        return between(call.request.place, to_);
    }

    PlaceId to_;
};

}  // namespace models
