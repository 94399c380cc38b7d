#include "models/steps/call.h"

#include <utility>

#include "models/calls/bulkhead.h"
#include "models/calls/thread_pool_bulkhead.h"
#include "models/servers/answers.h"
#include "models/spans.h"
#include "models/steps/calling.h"

namespace models {

namespace {

// A call of another node: a connection or a descriptor to make it on, what tracing costs, and the
// edge with all its policies.
class Calling final : public KeepingStep<Calling> {
public:
    struct State {
        sim::Time called;
        std::uint64_t identity;  // of the request
        EndpointId endpoint;
        bool degraded;  // the answers so far
        bool stale;
        bool wrong;
        bool has_descriptor;
        bool has_connection;
    };

    Calling(StepSite site, const CallPlan& plan)
        : KeepingStep(site),
          number_(plan.number),
          name_(plan.name),
          pool_(plan.pool),
          limits_descriptors_(plan.opens && plan.pool == 0 &&
                              site.server.spec().descriptors.has_value()),
          makes_spans_(world_.recorder.observer() != nullptr),
          connect_(site, *this),
          span_cost_(site, *this),
          edge_(site.server.context(), plan.edge, this) {}

    Go enter(Call& call) override {
        begin(call, now(), call.request.identity, call.request.endpoint,
              bool{call.response.degraded}, bool{call.response.stale}, bool{call.response.wrong},
              false, false);
        if (pool_ > 0) [[unlikely]]
            return {&connect_, Way::enter};
        if (limits_descriptors_) [[unlikely]] {
            if (!here(call).has_descriptor()) return refused(call);
            here(call).take_descriptor();
            mine(call).has_descriptor = true;
        }
        return connected(call);
    }
    Go answered(Call& call) override {
        const State my = mine(call);
        leave(call);
        call.response.degraded |= my.degraded;
        call.response.stale |= my.stale;
        call.response.wrong |= my.wrong;
        spent(call, Spent::calling, now() - my.called);
        if (call.ok()) [[likely]]
            return on();
        call.response.outcome = Outcome::failed;
        return back();
    }
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override {
        call.request.identity = mine(call).identity;
        call.request.endpoint = mine(call).endpoint;
    }
    void link_inner() override {
        connect_.link(this, nullptr);
        span_cost_.link(this, nullptr);
    }

private:
    class Connect final : public TakeConnection {
    public:
        Connect(StepSite site, Calling& of) : TakeConnection(site, of.pool_, of.name_), of_(of) {}

    private:
        Go connected(Call& call, sim::Semaphore*) override {
            of_.mine(call).has_connection = true;
            return of_.connected(call);
        }
        Go refused(Call& call) override { return of_.refused(call); }

        Calling& of_;
    };

    // What it costs the instance to make a span, of a call that is traced.
    class SpanCost final : public KeepingStep<SpanCost> {
    public:
        struct State {
            State(sim::Cpu& cpu, sim::Duration demand) : job(cpu.work(demand)) {}
            sim::CpuJob job;
        };

        SpanCost(StepSite site, Calling& of) : KeepingStep(site), of_(of) {}

        Go enter(Call& call) override {
            const sim::Duration cost = world_.recorder.observer()->plan().cost;
            State& my = begin(call, here(call).cpu(), cost);
            if (my.job.await_ready()) return woken(call);
            my.job.await_suspend(call);
            return stay(call);
        }
        Go woken(Call& call) override {
            mine(call).job.await_resume();
            end(call);
            return of_.go_out(call);
        }

    private:
        Calling& of_;
    };

    Go connected(Call& call) {
        begins(call, "calling", name_);
        mine(call).called = now();
        if (makes_spans_ && call.request.span != 0) [[unlikely]]
            return {&span_cost_, Way::enter};
        return go_out(call);
    }
    Go go_out(Call& call) {
        call.request.identity = Request::onward_identity(call.request.identity, number_);
        call.request.endpoint = edge_.endpoint();
        return edge_.enter(call);
    }
    Go refused(Call& call) {
        leave(call);
        return answer(call, {Outcome::failed, cause::no_connection});
    }
    void leave(Call& call) {
        restore(call);
        const State my = mine(call);
        end(call);
        if (my.has_connection) here(call).pool(pool_ - 1).give_back();
        if (my.has_descriptor) here(call).give_back_descriptor();
    }

    std::uint32_t number_;
    std::string name_;
    std::uint32_t pool_;
    bool limits_descriptors_;
    bool makes_spans_;
    Connect connect_;
    SpanCost span_cost_;
    Edge edge_;
};

// The permits that a call holds until its answer is there.
void add_permits(Cost& cost, const std::vector<PolicyChoice>& policies, const std::string& callee) {
    for (const PolicyChoice& policy : policies) {
        if (const auto* bulkhead = policy.as<Bulkhead::Spec>()) {
            cost.resources["bulkhead to " + callee] = {
                cost.stays_s, static_cast<double>(bulkhead->max_concurrent_calls)};
        }
        if (const auto* pool = policy.as<ThreadPoolBulkhead::Spec>()) {
            cost.resources["thread pool to " + callee] = {
                cost.stays_s, static_cast<double>(pool->max_thread_pool_size)};
        }
    }
}

// Around a call that says itself whether it is a write.
class AsWrite final : public KeepingStep<AsWrite> {
public:
    struct State {
        bool was_write;
    };

    AsWrite(StepSite site, bool is_write, StepBody inside)
        : KeepingStep(site), is_write_(is_write), call_(std::move(inside)) {}

    Go enter(Call& call) override {
        begin(call, bool{call.request.is_write});
        call.request.is_write = is_write_;
        return call_.begin();
    }
    Go answered(Call& call) override {
        abandoned(call);
        return call.ok() ? on() : back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override { call.request.is_write = mine(call).was_write; }
    void link_inner() override { call_.link(this, {this, Way::answered}); }

private:
    bool is_write_;
    StepBody call_;
};

}  // namespace

void add_call(StepCompiler& into, const CallPlan& plan) {
    into.add_waiting<Calling>(plan);
}

// A statement of a transaction has its connection.
void CallStep::compile(StepCompiler& into) const {
    CallPlan plan;
    plan.number = into.number(key, name);
    plan.name = spec::text_of(value);
    plan.edge = {value, latency.build(), policies, into.statements_of(value.node)};
    plan.opens = plan.edge.service == nullptr;
    if (plan.opens) plan.pool = into.server().pool_for(value.node);
    if (!write) return add_call(into, plan);
    into.add<AsWrite>(*write, into.body([&] { add_call(into, plan); }));
}

Cost CallStep::cost(Costing& of) const {
    Cost cost = of.of_call(value);
    cost.stays_s += 2 * latency.build().mean();
    add_permits(cost, policies, value.node);
    of.note_policies(policies);
    return cost;
}

}  // namespace models
