// A call's stay at a node, measured: the scopes around all else that a node does.
//
//     MeasuredVisit visit(context);        // Looking, if anybody looks, around Measure
//     visit.link(&first);                  // around the node's own blocks
//     ... return visit.enter();            // in Service::enter
#pragma once

#include <optional>

#include "models/blocks/block.h"
#include "models/context.h"

namespace models {

class Look;

// Counted when it comes, and when it leaves with an outcome. When its caller cancels it, it leaves
// as cancelled.
class Measure final : public Keeps<Measure> {
public:
    struct State {
        sim::Time arrived;
    };

    // `counts_writes`: whether what is a write counts as one here.
    explicit Measure(const Context& context, bool counts_writes = true)
        : world_(context.world), meter_(context.meter), counts_writes_(counts_writes) {}

    Go enter(Call& call) override {
        const sim::Time now = world_.scheduler.now();
        begin(call, now);
        meter_.arrived(now, counts_writes_ && call.request.is_write);
        const std::uint32_t part = meter_.part_of(call.request.endpoint);
        if (part != sim::Meter::kNoPart) meter_.arrived_in(part, now);
        return on();
    }
    Go answered(Call& call) override {
        leave(call, call.response);
        return back();
    }
    void abandoned(Call& call) override {
        if (!world_.cancelling) return end(call);
        leave(call, {Outcome::timed_out, Cause::cancelled});
    }

private:
    void leave(Call& call, const Response& response) {
        meter_.left(mine(call).arrived, response.outcome, response.cause,
                    meter_.part_of(call.request.endpoint));
        end(call);
    }

    World& world_;
    sim::Meter& meter_;
    bool counts_writes_;
};

// A closer look at those that are traced or logged. It is in a program only when somebody looks,
// and then it is the outermost of its frame.
class Looking final : public Keeps<Looking> {
public:
    struct State {
        Look* look;
    };

    explicit Looking(const Context& context) : world_(context.world), meter_(context.meter) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    void restore(Call& call) override;

    // That of the frame in which the call is; null when nobody looks at it.
    static Look* of(Call& call) { return call.in_frame<State>().look; }

private:
    void leave(Call& call, const Response& response);

    World& world_;
    sim::Meter& meter_;
};

class MeasuredVisit {
public:
    explicit MeasuredVisit(const Context& context, bool counts_writes = true)
        : measure_(context, counts_writes) {
        if (context.world.recorder.observer() != nullptr) looking_.emplace(context);
    }

    // Around a program that begins there.
    void link(Block* first) {
        Block* const outermost = &Return::block();
        if (looking_) looking_->link(outermost, &measure_);
        measure_.link(looking_ ? static_cast<Block*>(&*looking_) : outermost, first);
    }
    // What the program's blocks go back to.
    Block* inside() { return &measure_; }

    Go enter() {
        return {looking_ ? static_cast<Block*>(&*looking_) : &measure_, Way::enter};
    }
    // Null when nobody looks at this call.
    Look* look(Call& call) const { return looking_ ? Looking::of(call) : nullptr; }

private:
    std::optional<Looking> looking_;
    Measure measure_;
};

}  // namespace models
