#include "models/steps/outbox.h"

#include <utility>

#include "models/node.h"
#include "models/outbox.h"
#include "models/steps/calling.h"

namespace models {

namespace {

// Around the statement: it is about the row.
class InsertRow final : public KeepingStep<InsertRow> {
public:
    struct State {
        Response before;
        std::uint64_t key;  // of the request
        std::uint64_t row;
        bool was_write;
    };

    InsertRow(StepSite site, Outbox& outbox, StepBody statement)
        : KeepingStep(site), outbox_(outbox), statement_(std::move(statement)) {}

    Go enter(Call& call) override {
        Request& request = call.request;
        const std::uint64_t row = outbox_.insert(request);
        begin(call, call.response, request.key, row, bool{request.is_write});
        request.key = row;
        request.is_write = true;
        return statement_.begin();
    }
    Go answered(Call& call) override {
        const State my = mine(call);
        restore(call);
        end(call);
        if (call.ok()) {
            call.response = my.before;
            return on();
        }
        outbox_.forget(my.row);
        return back();
    }
    // Its transaction is rolled back then.
    void abandoned(Call& call) override {
        outbox_.forget(mine(call).row);
        restore(call);
        end(call);
    }
    void restore(Call& call) override {
        call.request.key = mine(call).key;
        call.request.is_write = mine(call).was_write;
    }
    void link_inner() override { statement_.link(this, {this, Way::answered}); }

private:
    Outbox& outbox_;
    StepBody statement_;
};

}  // namespace

// Which transaction it is in is not known here; what it costs there is a write.
Cost OutboxStep::cost(Costing& of) const {
    of.note("inserting rows into the outbox of " + value.node + " is left out here.");
    return {};
}

void OutboxStep::compile(StepCompiler& into) const {
    const auto& [node, statements] = into.transaction();
    CallPlan plan;
    plan.number = (std::uint32_t{5} << 28U) ^ into.number(key, name);
    plan.name = node + " INSERT";
    plan.opens = false;
    plan.edge = {spec::NodeRef{node, ""}, latency.build(), {}, statements, plan.name};
    Outbox& outbox = *into.context().world.directory.node(value.node).outbox();
    into.add<InsertRow>(outbox, into.body([&] { add_call(into, plan); }));
}

}  // namespace models
