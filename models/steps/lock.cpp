#include "models/steps/lock.h"

#include <array>
#include <optional>
#include <utility>

#include "models/lockable.h"
#include "models/node.h"
#include "models/steps/calling.h"

namespace models {

namespace {

struct Renewing {
    Lockable& locks;
    double share;  // of the lease; 0: it is not renewed
};

// Around the steps: the lease that they are in. Each part comes back here, and from here the next
// one begins.
class UnderLock final : public KeepingStep<UnderLock> {
public:
    enum Part : std::uint8_t { kAcquire, kSteps, kRelease, kParts };

    struct State {
        Response result;      // what came before it, and then of its steps
        std::uint64_t key;    // of the request
        std::uint32_t outer;  // what the request was in
        std::uint32_t lease;
        Part part;
    };

    // `resource` is the lock; null: the request's item's.
    UnderLock(StepSite site, std::optional<std::uint64_t> resource,
              std::array<StepBody, kParts> parts, Renewing keep_alive)
        : KeepingStep(site), resource_(resource), parts_(std::move(parts)), renewing_(keep_alive) {}

    Go enter(Call& call) override {
        begin(call, call.response, call.request.key, call.request.within, 0u, kAcquire);
        return ask(call, kAcquire);
    }
    Go answered(Call& call) override {
        State& my = mine(call);
        switch (my.part) {
            case kAcquire:
                if (!call.ok()) break;
                my.lease =
                    TransactionNumbers::of_lease(static_cast<FencingToken>(call.response.version));
                call.response = my.result;
                begin_renewing(call);
                return do_steps(call);
            case kSteps:
                my.result = call.response;
                stop_renewing(call);
                return ask(call, kRelease);
            default:
                // Whether it could be given back changes nothing of what was done.
                call.response = my.result;
        }
        abandoned(call);
        return call.ok() ? on() : back();
    }
    void abandoned(Call& call) override {
        stop_renewing(call);
        restore(call);
        end(call);
    }
    void restore(Call& call) override {
        call.request.key = mine(call).key;
        call.request.within = mine(call).outer;
    }
    void link_inner() override {
        for (StepBody& part : parts_) part.link(this, {this, Way::answered});
    }
    double core_seconds_of(const Request& request) const override {
        return parts_[kSteps].core_seconds_of(request);
    }

private:
    void begin_renewing(Call& call) {
        if (renewing_.share == 0) return;
        const State& my = mine(call);
        renewing_.locks.keep_alive({token_of(my), resource_.value_or(my.key), here(call),
                                    call.request.caller, renewing_.share});
    }
    void stop_renewing(Call& call) {
        const State& my = mine(call);
        if (renewing_.share > 0 && my.lease != 0) renewing_.locks.stop(token_of(my));
    }
    FencingToken token_of(const State& my) const { return world_.transactions.token_of(my.lease); }

    // About the lock, in the lease if there is one.
    Go ask(Call& call, Part part) {
        State& my = mine(call);
        my.part = part;
        call.response = {};
        call.request.key = resource_.value_or(my.key);
        call.request.within = my.lease != 0 ? my.lease : my.outer;
        return parts_[part].begin();
    }
    Go do_steps(Call& call) {
        State& my = mine(call);
        my.part = kSteps;
        call.request.key = my.key;
        call.request.within = my.lease;
        return parts_[kSteps].begin();
    }

    std::optional<std::uint64_t> resource_;
    std::array<StepBody, kParts> parts_;
    Renewing renewing_;
};

}  // namespace

void LockStep::check(spec::Check& check) const {
    check.that(value.endpoint.empty(), "lock", "a lock service has no endpoints",
               "write \"" + value.node + "\"");
}

// It is taken and given back. How long it is waited for depends on who holds it.
Cost LockStep::cost(Costing& of) const {
    Cost cost = of.of_steps(steps);
    cost.stays_s += 4 * latency.build().mean();
    cost.calls[value.node] += 2;
    of.note_policies(policies);
    of.note("how long it waits for locks of " + value.node + " is left out here.");
    return cost;
}

void LockStep::compile(StepCompiler& into) const {
    using Of = UnderLock;
    Lockable& locks = *into.context().world.directory.node(value.node).locks();
    const std::uint32_t number = into.number(key, name);
    const auto call = [&](Of::Part part, Service& service, const char* what) {
        CallPlan plan;
        plan.number = (std::uint32_t{3} << 29U) ^ (number * Of::kParts + part);
        plan.name = value.node + ' ' + what;
        plan.opens = false;
        plan.edge = {value, latency.build(), {}, &service, plan.name};
        if (part == Of::kAcquire) plan.edge.policies = policies;
        return into.body([&] { add_call(into, plan); });
    };
    std::array<StepBody, Of::kParts> parts;
    parts[Of::kAcquire] = call(Of::kAcquire, locks.acquire(), "lock");
    parts[Of::kSteps] = into.list(steps);
    parts[Of::kRelease] = call(Of::kRelease, locks.release(), "unlock");
    std::optional<std::uint64_t> which;
    if (!resource.empty()) which = sim::name_hash(resource);
    into.add<Of>(which, std::move(parts), Renewing{locks, keep_alive.value});
}

}  // namespace models
