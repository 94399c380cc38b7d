// The balancer's own queue, as a request goes through it: it waits for a place, and holds it until
// its answer is back.
#pragma once

#include "models/blocks/block.h"
#include "models/pools/queue.h"

namespace models {

class TargetAttempt;

class InLine final : public Keeps<InLine> {
public:
    struct State {
        sim::Semaphore* places;  // of which it holds one; null: it does not
    };

    // `attempt`: whose target it waits for; null: for any.
    InLine(const Context& context, PoolQueue& queue, const Targets& targets,
           const TargetAttempt* attempt)
        : world_(context.world),
          meter_(context.meter),
          queue_(queue),
          targets_(targets),
          attempt_(attempt) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override {
        leave(call);
        return back();
    }
    void abandoned(Call& call) override { leave(call); }

private:
    // The wait, inside the other's own state.
    class Waiting final : public Keeps<Waiting> {
    public:
        struct State {
            State(PoolQueue& queue, sim::Semaphore& places, sim::Time now)
                : joined(now), turn(queue.wait(places)) {}
            sim::Time joined;
            sim::Semaphore::TakingUntil turn;
        };

        explicit Waiting(InLine& line) : line_(line) { link(&line, nullptr); }
        Go enter(Call& call) override;
        Go woken(Call& call) override;

    private:
        InLine& line_;
    };

    sim::Semaphore& places(Call& call) const;
    Go has_waited(Call& call, sim::Time joined, sim::Semaphore* places);
    Go reject(Call& call, Cause cause);
    void leave(Call& call);

    World& world_;
    sim::Meter& meter_;
    PoolQueue& queue_;
    const Targets& targets_;
    const TargetAttempt* attempt_;
    Waiting waiting_{*this};
};

}  // namespace models
