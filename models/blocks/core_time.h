// Time of a core: it stands in line for one and has it to itself, or shares it.
#pragma once

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/spans.h"
#include "sim/cpu.h"

namespace models {

class CoreTime : public Keeps<CoreTime> {
public:
    struct State {
        State(sim::Time now, sim::Cpu& cpu, sim::Duration demand)
            : began(now), job(cpu, demand, sim::Priority::normal) {}
        sim::Time began;
        sim::CpuJob job;
    };

    Go woken(Call& call) override {
        worked(call);
        return on();
    }

protected:
    explicit CoreTime(const Context& context) : world_(context.world), meter_(context.meter) {}

    Go work(Call& call, sim::Cpu& cpu, sim::Duration demand) {
        if (demand <= sim::Duration::zero()) [[unlikely]]
            return on();
        begin(call, world_.scheduler.now(), cpu, demand).job.await_suspend(call);
        return stay(call);
    }

    // It has had its time. How long it had no core.
    sim::Duration worked(Call& call) {
        State& my = mine(call);
        const sim::Time began = my.began;
        const sim::Duration waited = my.job.await_resume();
        end(call);
        const sim::Duration service = world_.scheduler.now() - began - waited;
        meter_.spent_at(call.request.endpoint, Spent::queueing, waited);
        meter_.spent_at(call.request.endpoint, Spent::service, service);
        worked_in(world_, call.request, began, waited);
        return waited;
    }

private:
    World& world_;
    sim::Meter& meter_;
};

}  // namespace models
