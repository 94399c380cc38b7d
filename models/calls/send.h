// The call itself: a frame at another node, until its answer comes.
#pragma once

#include <string>

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/service.h"

namespace models {

class Send final : public Block {
public:
    // `to` is the callee's place among those this node calls (sim::Meter::calls).
    Send(sim::Meter& meter, std::size_t to, Service& service)
        : meter_(meter), to_(to), service_(service) {}

    Go enter(Call& call) override {
        meter_.sent(to_);
        call.response = {};
        // Nothing is to be done with the answer here: it goes to what is around, if anything is.
        call.push_frame(outer() == &Return::block() ? this : outer());
        return service_.enter(call);
    }

private:
    sim::Meter& meter_;
    std::size_t to_;
    Service& service_;
};

// As a flow log sees what is sent: who let nobody in has rejected the connection. It is in a
// program only when flows are counted.
class Flowing final : public Keeps<Flowing> {
public:
    struct State {
        std::uint32_t bytes;
        bool counts;
    };

    Flowing(const Context& context, std::size_t to)
        : world_(context.world), meter_(context.meter), to_(to) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;

private:
    World& world_;
    sim::Meter& meter_;
    std::size_t to_;
};

}  // namespace models
