#include "models/steps/work.h"

#include "models/spans.h"
#include "models/steps/step_block.h"
#include "sim/cpu.h"

namespace models {

namespace {

class Work final : public KeepingStep<Work> {
public:
    struct State {
        State(sim::Cpu& cpu, sim::Duration demand, sim::Time now)
            : job(cpu.work(demand)), began(now) {}
        sim::CpuJob job;
        sim::Time began;
    };

    Work(StepSite site, const sim::Distribution& seconds, std::uint64_t stream)
        : KeepingStep(site), seconds_(seconds), stream_(stream) {}

    Go enter(Call& call) override {
        begins(call, "working");
        ServerInstance& instance = here(call);
        instance.watch_quota();
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        State& my = begin(call, instance.cpu(), seconds_.sample_duration(draws), now());
        if (my.job.await_ready()) return woken(call);
        my.job.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) override {
        State& my = mine(call);
        const sim::Duration waited = my.job.await_resume();
        const sim::Time began = my.began;
        end(call);
        spent(call, Spent::queueing, waited);
        spent(call, Spent::service, now() - began - waited);
        worked_in(world_, call.request, began, waited);
        return on();
    }
    double core_seconds_of(const Request& request) const override {
        sim::Draws draws(sim::request_key(stream_, request.identity));
        return seconds_.sample(draws);
    }

private:
    sim::Distribution seconds_;
    std::uint64_t stream_;
};

}  // namespace

void WorkStep::compile(StepCompiler& into) const {
    const sim::Distribution seconds = value.build();
    into.add<Work>(seconds, seconds.is_constant() ? 0 : into.stream(key, name));
}

}  // namespace models
