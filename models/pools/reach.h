// The call to the target that a TargetAttempt has chosen.
//
//     NearTarget            in the pool's own frame
//     or NetworkLink        when there is a network between them, or somebody looks:
//        Leg  Trip  FarTarget      a frame of its own
#pragma once

#include "models/blocks/block.h"
#include "models/pools/target_attempt.h"

namespace models {

class NearTarget final : public Block {
public:
    NearTarget(const Targets& targets, const TargetAttempt& attempt)
        : targets_(targets), attempt_(attempt) {}

    Go enter(Call& call) override {
        const BackendId id = attempt_.target(call);
        call.push_frame(this);
        return targets_.instance(id).enter(call);
    }

private:
    const Targets& targets_;
    const TargetAttempt& attempt_;
};

// Which target it goes to, and a span of its name when it is traced.
class Leg final : public Keeps<Leg> {
public:
    struct State {
        BackendId id;
        sim::SpanNumber span;   // 0: not traced
        sim::SpanNumber outer;  // the pool's own
    };

    Leg(const Context& context, const Targets& targets, const TargetAttempt& attempt)
        : world_(context.world), meter_(context.meter), targets_(targets), attempt_(attempt) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    void restore(Call& call) override { call.request.span = mine(call).outer; }

    // Of the frame in which the call is.
    static BackendId target(Call& call) { return call.in_frame<State>().id; }

private:
    World& world_;
    sim::Meter& meter_;
    const Targets& targets_;
    const TargetAttempt& attempt_;
};

class FarTarget final : public Block {
public:
    explicit FarTarget(const Targets& targets) : targets_(targets) {}

    Go enter(Call& call) override {
        const BackendId id = Leg::target(call);
        call.push_frame(this);
        return targets_.instance(id).enter(call);
    }

private:
    const Targets& targets_;
};

}  // namespace models
