// The call itself: a frame at another node, until its answer comes.
#pragma once

#include <string>

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/service.h"
#include "sim/names.h"

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

// As a flow log sees what is sent where no link carries it: from node to node, and no firewall
// denies it. What is on links is logged by them (network/links.h). It is in a program only when
// flows are counted.
class Flowing final : public Block {
public:
    Flowing(const Context& context, const std::string& to);

    Go enter(Call& call) override;
    Go answered(Call& call) override;

private:
    void note(const Call& call, bool is_answer);

    World& world_;
    sim::NameId from_;
    sim::NameId to_;
};

}  // namespace models
