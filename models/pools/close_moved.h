// Connections whose place has moved: when a target joins or leaves, a hash of the user may say
// another target than the one that holds the user's connection. Who must be where the hash says, as
// a chat server that keeps its users' sessions, closes those, and their clients connect anew.
#pragma once

#include "models/blocks/block.h"
#include "models/pools/target_attempt.h"
#include "sim/timer.h"

namespace models {

class CloseMoved final : public Keeps<CloseMoved>, sim::Event {
public:
    struct State {
        Request request;  // as it was placed
        BackendId target;
    };

    CloseMoved(const Context& context, Backends& backends, const TargetAttempt& attempt)
        : world_(context.world),
          backends_(backends),
          attempt_(attempt),
          timer_(context.scheduler()) {}

    Go enter(Call& call) override {
        const BackendId target = attempt_.target(call);
        begin(call, call.request, target);
        return on();
    }
    Go answered(Call& call) override {
        end(call);
        return back();
    }

    // Not at once: a request may be on its way that has caused the change.
    void targets_changed() { timer_.start({}, static_cast<sim::Event&>(*this)); }

    const void* dies_with(Call& call, std::uint32_t state) const override {
        if (!is_closing_) return nullptr;
        const State& my = call.state_at<State>(state);
        const bool stays = !backends_.empty() && backends_.pick(my.request) == my.target;
        return stays ? nullptr : this;
    }

private:
    void fire() override {
        timer_.fired();
        is_closing_ = true;
        world_.calls.end_all_in(this, {Outcome::failed, cause::reset}, true);
        is_closing_ = false;
    }

    World& world_;
    Backends& backends_;
    const TargetAttempt& attempt_;
    sim::Timer timer_;
    bool is_closing_ = false;
};

}  // namespace models
