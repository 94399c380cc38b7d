#include "models/steps/transaction.h"

#include <array>
#include <utility>

#include "models/steps/calling.h"
#include "models/transactional.h"

namespace models {

namespace {

// Around the steps: the connection of the instance's pool and the number of the transaction. Each
// part comes back here, and from here the next one begins.
class InTransaction final : public KeepingStep<InTransaction> {
public:
    enum Part : std::uint8_t { kConnect, kBegin, kSteps, kCommit, kRollback, kParts };

    struct State {
        Response result;  // what came before it, and then of its steps
        sim::Semaphore* connection;
        std::uint32_t number;  // 0: there is none yet
        std::uint32_t outer;   // that the request was in
        Part part;
    };

    InTransaction(StepSite site, Transactional& at, bool is_pooled,
                  std::array<StepBody, kParts> parts)
        : KeepingStep(site),
          at_(at),
          limits_descriptors_(!is_pooled && site.server.spec().descriptors.has_value()),
          parts_(std::move(parts)) {}

    Go enter(Call& call) override {
        if (limits_descriptors_) {
            if (!here(call).has_descriptor()) return refuse(call);
            here(call).take_descriptor();
        }
        begin(call, call.response, nullptr, 0u, call.request.within, kConnect);
        return parts_[kConnect].begin();
    }
    Go answered(Call& call) override {
        State& my = mine(call);
        switch (my.part) {
            case kConnect:
                if (!call.ok()) break;
                my.number = world_.transactions.open(my.outer);
                call.request.within = my.number;
                return go(call, kBegin);
            case kBegin:
                if (!call.ok()) break;
                call.response = my.result;
                return go(call, kSteps);
            case kSteps:
                my.result = call.response;
                return go(call, call.ok() ? kCommit : kRollback);
            default:
                settle(call);
        }
        abandoned(call);
        return call.ok() ? on() : back();
    }
    void abandoned(Call& call) override {
        restore(call);
        const State my = mine(call);
        end(call);
        if (my.number != 0) {
            world_.transactions.close(my.number);
            at_.leave(my.number);
        }
        if (my.connection != nullptr) my.connection->give_back();
        if (limits_descriptors_) here(call).give_back_descriptor();
    }
    void restore(Call& call) override { call.request.within = mine(call).outer; }
    void link_inner() override {
        for (StepBody& part : parts_) part.link(this, {this, Way::answered});
    }
    double core_seconds_of(const Request& request) const override {
        return parts_[kSteps].core_seconds_of(request);
    }

    // Its state is on top.
    static void keep(Call& call, sim::Semaphore* connection) { mine(call).connection = connection; }

private:
    Go refuse(Call& call) { return answer(call, {Outcome::failed, cause::no_connection}); }
    Go go(Call& call, Part part) {
        mine(call).part = part;
        return parts_[part].begin();
    }
    // The answer of the steps, unless it could not be committed.
    void settle(Call& call) {
        const State& my = mine(call);
        if (my.part == kCommit && !call.ok()) return;
        const std::uint64_t written = call.response.version;
        call.response = my.result;
        if (written != 0) call.response.version = written;
    }

    Transactional& at_;
    bool limits_descriptors_;
    std::array<StepBody, kParts> parts_;
};

// The connection of the instance's pool, for all of it.
class Connecting final : public TakeConnection {
public:
    Connecting(StepSite site, std::uint32_t pool, const std::string& node)
        : TakeConnection(site, pool, node) {}

private:
    Go connected(Call& call, sim::Semaphore* connection) override {
        InTransaction::keep(call, connection);
        return on();
    }
    Go refused(Call& call) override {
        return answer(call, {Outcome::failed, cause::no_connection});
    }
};

}  // namespace

void TransactionStep::check(spec::Check& check) const {
    check.that(value.endpoint.empty(), "transaction",
               "a transaction begins at a database, and not with one of its queries",
               "write \"" + value.node + "\", and call \"" + spec::text_of(value) + "\" in it");
    check.that(!has_transaction_of(value.node, steps), "steps",
               "a transaction of \"" + value.node + "\" within another of it",
               "leave one of the two out: what is called in both is in the outer one");
    check.that(!has_lock(steps), "steps",
               "a lock within a transaction is given back before the transaction commits",
               "begin the transaction within the lock");
}

// A round trip each for BEGIN and COMMIT, which need no core; how long connections are held then is
// not known from what the database's queries take.
Cost TransactionStep::cost(Costing& of) const {
    Cost cost = of.of_steps(steps);
    cost.stays_s += 4 * latency.build().mean();
    of.note("how long its transactions hold connections of " + value.node + " is left out here.");
    return cost;
}

void TransactionStep::compile(StepCompiler& into) const {
    using Of = InTransaction;
    Transactional& at = *into.context().world.directory.node(value.node).transactional();
    const std::uint32_t number = into.number(key, name);
    const std::uint32_t pool = into.server().pool_for(value.node);
    const auto call = [&](Of::Part part, Service& service, const char* what) {
        CallPlan plan;
        plan.number = (std::uint32_t{1} << 30U) ^ (number * Of::kParts + part);
        plan.name = value.node + ' ' + what;
        plan.opens = false;
        plan.edge = {value, latency.build(), {}, &service, plan.name};
        return into.body([&] { add_call(into, plan); });
    };
    std::array<StepBody, Of::kParts> parts;
    if (pool > 0) {
        parts[Of::kConnect] = into.body([&] { into.add_waiting<Connecting>(pool, value.node); });
    }
    parts[Of::kBegin] = call(Of::kBegin, at.begin(), "BEGIN");
    parts[Of::kSteps] = into.within(value.node, at.statement(), steps);
    parts[Of::kCommit] = call(Of::kCommit, at.commit(), "COMMIT");
    parts[Of::kRollback] = call(Of::kRollback, at.rollback(), "ROLLBACK");
    into.add<InTransaction>(at, pool > 0, std::move(parts));
}

}  // namespace models
