// Calls that a server makes: whatever is a step.
#pragma once

#include <string>

#include "models/calls/edge.h"
#include "models/spans.h"
#include "models/steps/step_block.h"

namespace models {

struct CallPlan {
    std::uint32_t number = 0;  // of this call among those of the endpoint
    std::string name;          // of whom it calls
    bool opens = true;         // needs a connection of its own, or a descriptor for one
    std::uint32_t pool = 0;    // of connections, from 1; 0: none is needed
    Edge::Plan edge;
};

// Calls another node, and waits.
void add_call(StepCompiler& into, const CallPlan& plan);

// Waits for a connection of the instance's pool.
class TakeConnection : public KeepingStep<TakeConnection> {
public:
    struct State {
        State(ConnectionPool& pool, sim::Time now) : began(now), taking(pool.take()) {}
        sim::Time began;
        sim::Semaphore::TakingUntil taking;
    };

    Go enter(Call& call) final {
        begins(call, "waiting for a connection to", name_);
        State& my = begin(call, here(call).pool(pool_ - 1), now());
        if (my.taking.await_ready()) return woken(call);
        my.taking.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) final {
        const sim::Time began = mine(call).began;
        sim::Permit connection = mine(call).taking.await_resume();
        end(call);
        spent(call, Spent::connection, now() - began);
        spent_in(world_, call.request, Spent::connection, began, now());
        if (connection) return connected(call, connection.release());
        here(call).note_pool_timeout();
        return refused(call);
    }

protected:
    // `pool` is its number, from 1.
    TakeConnection(StepSite site, std::uint32_t pool, std::string name)
        : KeepingStep(site), pool_(pool), name_(std::move(name)) {}

    // The state of whoever wants it is on top.
    virtual Go connected(Call& call, sim::Semaphore* connection) = 0;
    virtual Go refused(Call& call) = 0;

private:
    std::uint32_t pool_;
    std::string name_;
};

}  // namespace models
