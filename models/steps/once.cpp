#include "models/steps/once.h"

#include <array>
#include <utility>

#include "models/changes.h"
#include "models/data/ledger.h"
#include "models/node.h"
#include "models/steps/calling.h"

namespace models {

namespace {

// Around the steps and the calls of the store. In a transaction the id is inserted first, and the
// answer says whether it was there (INSERT ... ON CONFLICT DO NOTHING): its row is locked until the
// end, where the database has locks.
class DoOnce final : public KeepingStep<DoOnce> {
public:
    enum Part : std::uint8_t { kFind, kRemember, kSteps, kParts };

    struct State {
        Response result;    // what came before it, and then of its steps
        std::uint64_t key;  // of the request
        bool was_write;
        Part part;
    };

    // In a transaction: the ids that are committed there; else null.
    struct Plan {
        Ledger* committed;
        RememberWhen remember;
        std::size_t dropped;  // a counter of the server
    };

    DoOnce(StepSite site, const Plan& plan, std::array<StepBody, kParts> parts)
        : KeepingStep(site), plan_(plan), parts_(std::move(parts)) {}

    Go enter(Call& call) override {
        begin(call, call.response, call.request.key, bool{call.request.is_write}, kFind);
        return ask(call, plan_.committed != nullptr ? kRemember : kFind);
    }
    Go answered(Call& call) override {
        const State& my = mine(call);
        if (my.part == kSteps) return did(call);
        if (!call.ok()) return leave(call);
        if (my.part == kFind) return looked(call, call.response.version != 0);
        if (plan_.committed != nullptr) {
            return looked(call, plan_.committed->committed(call.request.key) != 0);
        }
        return plan_.remember == RememberWhen::before ? act(call) : settle(call);
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override {
        call.request.key = mine(call).key;
        call.request.is_write = mine(call).was_write;
    }
    void link_inner() override {
        for (StepBody& part : parts_) part.link(this, {this, Way::answered});
    }
    double core_seconds_of(const Request& request) const override {
        return parts_[kSteps].core_seconds_of(request);
    }

private:
    static std::uint64_t id_of(const Request& request) {
        return kOwnRows | (sim::mix(request.operation_id()) >> 2U);
    }

    Go ask(Call& call, Part part) {
        mine(call).part = part;
        call.request.key = id_of(call.request);
        call.request.is_write = part == kRemember;
        return parts_[part].begin();
    }
    Go looked(Call& call, bool is_done) {
        if (is_done) {
            server_.count(plan_.dropped);
            return settle(call);
        }
        const bool remembers = plan_.committed == nullptr && plan_.remember == RememberWhen::before;
        return remembers ? ask(call, kRemember) : act(call);
    }
    Go act(Call& call) {
        restore(call);
        State& my = mine(call);
        my.part = kSteps;
        call.response = my.result;
        return parts_[kSteps].begin();
    }
    Go did(Call& call) {
        mine(call).result = call.response;
        const bool remembers =
            call.ok() && plan_.committed == nullptr && plan_.remember == RememberWhen::after;
        return remembers ? ask(call, kRemember) : leave(call);
    }
    Go settle(Call& call) {
        call.response = mine(call).result;
        return leave(call);
    }
    Go leave(Call& call) {
        abandoned(call);
        return call.ok() ? on() : back();
    }

    Plan plan_;
    std::array<StepBody, kParts> parts_;
};

}  // namespace

// A look, and a write when it was not done: as if no operation came twice.
Cost OnceStep::cost(Costing& of) const {
    Cost cost = of.of_steps(steps);
    const Cost store = of.of_call(value);
    cost.stays_s += 2 * store.stays_s + 4 * latency.build().mean();
    for (const auto& [target, times] : store.calls) cost.calls[target] += 2 * times;
    of.note("duplicates that " + value.node + " knows of are reckoned as if they were new.");
    return cost;
}

void OnceStep::compile(StepCompiler& into) const {
    using Of = DoOnce;
    const std::uint32_t number = into.number(key, name);
    Service* const statements = into.statements_of(value.node);
    const auto call = [&](Of::Part part, const char* what) {
        CallPlan plan;
        plan.number = (std::uint32_t{7} << 28U) ^ (number * Of::kParts + part);
        plan.name = value.node + ' ' + what;
        plan.opens = statements == nullptr;
        if (plan.opens) plan.pool = into.server().pool_for(value.node);
        plan.edge = {value, latency.build(), {}, statements, plan.name};
        return into.body([&] { add_call(into, plan); });
    };
    std::array<StepBody, Of::kParts> parts;
    parts[Of::kFind] = call(Of::kFind, "look");
    parts[Of::kRemember] = call(Of::kRemember, "remember");
    parts[Of::kSteps] = into.list(steps);
    Ledger* const committed =
        statements == nullptr ? nullptr : into.context().world.directory.node(value.node).ledger();
    into.add<Of>(Of::Plan{committed, remember, into.server().counter("duplicates")},
                 std::move(parts));
}

}  // namespace models
