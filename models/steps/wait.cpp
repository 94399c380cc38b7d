#include "models/steps/wait.h"

#include "models/spans.h"
#include "models/steps/step_block.h"

namespace models {

namespace {

class Wait final : public KeepingStep<Wait> {
public:
    struct State {
        sim::Duration time;
    };

    Wait(StepSite site, const sim::Distribution& seconds, std::uint64_t stream)
        : KeepingStep(site), seconds_(seconds), stream_(stream) {}

    Go enter(Call& call) override {
        begins(call, "sleeping");
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        const sim::Duration time = seconds_.sample_duration(draws);
        begin(call, time);
        if (time <= sim::Duration::zero()) return woken(call);
        world_.scheduler.after(time, call);
        return stay(call);
    }
    Go woken(Call& call) override {
        const sim::Duration time = mine(call).time;
        end(call);
        spent(call, Spent::service, time);
        worked_in(world_, call.request, now() - time, {});
        return on();
    }

private:
    sim::Distribution seconds_;
    std::uint64_t stream_;
};

}  // namespace

void WaitStep::compile(StepCompiler& into) const {
    const sim::Distribution seconds = value.build();
    into.add_waiting<Wait>(seconds, seconds.is_constant() ? 0 : into.stream(key, name));
}

Cost WaitStep::cost(Costing&) const {
    return {0, value.build().mean(), 1, {}};
}

}  // namespace models
