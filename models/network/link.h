// The network on one edge: a delay each way.
//
//     caller's frame:   ... NetworkLink
//     a frame of its own:   Trip ... what goes on at the other end
//
// As it is in a frame of its own, what has been sent arrives though its caller stops waiting.
#pragma once

#include <string_view>

#include "models/blocks/block.h"
#include "models/context.h"
#include "sim/distribution.h"

namespace models {

class NetworkLink final : public Block {
public:
    // Where the frame's program begins.
    void carry(Block* first) { first_ = first; }

    Go enter(Call& call) override {
        call.push_frame(this);
        return {first_, Way::enter};
    }

private:
    Block* first_ = nullptr;
};

// There, and back again.
class Trip final : public Keeps<Trip> {
public:
    struct State {
        std::uint64_t has_arrived : 1;
        std::uint64_t there : 63;  // ns
        sim::Duration back;
    };

    // `latency` is one way, in seconds; `stream` is of its draws.
    Trip(const Context& context, const sim::Distribution& latency,
         std::string_view stream = "network");

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Go woken(Call& call) override;

private:
    World& world_;
    sim::Meter& meter_;
    sim::Distribution latency_;
    sim::Duration constant_;  // one way, when nothing is drawn
    std::uint64_t stream_;
};

}  // namespace models
