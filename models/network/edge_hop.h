// On an edge of the graph: where the caller stands, and the way to a callee that stands in one
// place.
//
// Instances of servers say themselves where they stand, and have the way to them at their door.
#pragma once

#include "models/network/hop.h"

namespace models {

// What follows is sent from that zone.
class SentFrom final : public Keeps<SentFrom> {
public:
    struct State {
        std::uint16_t before;
    };
    explicit SentFrom(std::uint16_t zone) : zone_(zone) {}

    Go enter(Call& call) override {
        begin(call, call.request.zone);
        call.request.zone = zone_;
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
    void restore(Call& call) override { call.request.zone = mine(call).before; }

private:
    std::uint16_t zone_;
};

// To one place, from wherever the sender stands.
class EdgeHop final : public Hop {
public:
    EdgeHop(const Context& context, PlaceId to) : Hop(context, &context.meter), to_(to) {}

private:
    std::optional<Ends> ends_of(Call& call) const override {
        return between(call.request.zone, to_);
    }

    PlaceId to_;
};

}  // namespace models
