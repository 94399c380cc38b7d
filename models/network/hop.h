// A call over the links between two places: there, and back again.
//
//     ... what is around it    Hop    what goes on at the other end ...
//
// It is TCP's: what is lost, dropped or cut is sent again when the timer of retransmission.h says
// so, and arrives with the first that gets through; so the call goes on as soon after a cut has
// healed as the doubled timer allows, and the caller knows nothing meanwhile but its own timeouts.
// When TCP gives up, the call has timed out. Nobody at home (a crashed process, a closed port)
// answers at once, and the reset takes its way back.
//
// Each call is on a connection of its own, which is open already: calls may overtake each other.
#pragma once

#include <optional>

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/network/links.h"

namespace models {

class Hop : public Keeps<Hop> {
public:
    struct Ends {
        PlaceId from;
        PlaceId to;
    };
    struct State {
        sim::Time left;       // one end for the other
        sim::Duration there;  // how long that took
        Ends ends;            // in the direction in which it goes
        std::uint16_t sent;   // how often, in this direction
        bool is_back;
        bool is_under_way;  // or else waits for the timer
        bool is_nowhere;    // it does not go between places
    };

    // There is a network. `spent` is who counts the time on the way; null: nobody does.
    Hop(const Context& context, sim::Meter* spent)
        : world_(context.world), links_(*context.world.network), spent_(spent) {}

    Go enter(Call& call) final;
    Go answered(Call& call) final;
    Go woken(Call& call) final;

protected:
    // Between what places this call goes; none when its sender stands in none, and it takes no
    // time. The state around is on top.
    virtual std::optional<Ends> ends_of(Call& call) const = 0;
    static std::optional<Ends> between(PlaceId from, PlaceId to) {
        if (from == kNowhere || to == kNowhere) return std::nullopt;
        return Ends{from, to};
    }

private:
    Go send(Call& call, State& my);
    Go wait_for_timer(Call& call);
    Go send_again(Call& call);
    Go arrive(Call& call, State& my);
    void leave(Call& call);

    World& world_;
    Links& links_;
    sim::Meter* spent_;
};

}  // namespace models
