// What a request goes through at the balancer's own machine: it has to be up and to have a
// connection left, and needs time of a core.
//
//     AtMachine        around all the rest: when the machine crashes, the request ends there
//     MachineWork
#pragma once

#include "models/blocks/block.h"
#include "models/node.h"
#include "models/pools/machine.h"
#include "models/spans.h"
#include "sim/cpu.h"
#include "sim/distribution.h"
#include "sim/semaphore.h"

namespace models {

class AtMachine final : public Keeps<AtMachine> {
public:
    struct State {};

    AtMachine(const Context& context, const Instance& machine, std::uint32_t connections)
        : machine_(machine), connections_(context.scheduler(), connections) {}

    Go enter(Call& call) override {
        if (!machine_.is_up()) return answer(call, {Outcome::failed, cause::refused});
        if (!connections_.try_take()) {
            connections_.note_refused();
            return answer(call, {Outcome::rejected, cause::queue_full});
        }
        begin(call);
        return on();
    }
    Go answered(Call& call) override {
        leave(call);
        return back();
    }
    void abandoned(Call& call) override { leave(call); }
    const void* dies_with(Call&, std::uint32_t) const override { return &machine_; }
    sim::Use use() const { return connections_.use(); }

private:
    void leave(Call& call) {
        connections_.give_back();
        end(call);
    }

    const Instance& machine_;
    sim::Semaphore connections_;
};

// Its wait and its work are one: time that the request is not at its target.
class MachineWork final : public Keeps<MachineWork> {
public:
    struct State {
        State(sim::Time now, sim::Cpu& cpu, sim::Duration demand)
            : began(now), job(cpu.work(demand)) {}
        sim::Time began;
        sim::CpuJob job;
    };

    MachineWork(const Context& context, sim::Cpu& cpu, const MachineSpec& spec)
        : world_(context.world),
          meter_(context.meter),
          cpu_(cpu),
          demand_(spec.work.build()),
          stream_(context.stream("work")) {}

    Go enter(Call& call) override {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        State& my = begin(call, world_.scheduler.now(), cpu_, demand_.sample_duration(draws));
        if (my.job.await_ready()) return woken(call);
        my.job.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) override {
        State& my = mine(call);
        const sim::Time began = my.began;
        my.job.await_resume();
        end(call);
        const sim::Time now = world_.scheduler.now();
        meter_.spent(Spent::queueing, now - began);
        spent_in(world_, call.request, Spent::queueing, began, now);
        return on();
    }

private:
    World& world_;
    sim::Meter& meter_;
    sim::Cpu& cpu_;
    sim::Distribution demand_;
    std::uint64_t stream_;
};

}  // namespace models
