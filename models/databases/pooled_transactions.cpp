#include "models/databases/pooled_transactions.h"

#include <optional>
#include <utility>

#include "models/blocks/block_service.h"
#include "models/databases/pgbouncer_blocks.h"

namespace models {

// The server connection is kept, unless whoever wanted it has gone meanwhile.
class PooledTransactions::Begin final : public Pgbouncer::Linked {
public:
    explicit Begin(PooledTransactions& of) : Linked(of.bouncer_), of_(of) {}

    Go answered(Call& call) override {
        const std::uint32_t number = call.request.within;
        if (call.ok() && !bouncer_.context_.world.transactions.is_open(number)) {
            of_.there_.leave(number);
            call.response = {Outcome::failed, cause::reset};
        }
        if (!call.ok()) return Linked::answered(call);
        sim::Semaphore* const server = mine(call).server;
        end(call);
        of_.servers_.emplace(number, server != nullptr ? sim::Permit(*server) : sim::Permit());
        return back();
    }

private:
    PooledTransactions& of_;
};

// On the transaction's server connection, which is free when this ends it.
class PooledTransactions::Joined final : public Keeps<Joined> {
public:
    struct State {
        std::uint32_t innermost;  // that its caller is in
    };

    Joined(PooledTransactions& of, bool ends) : of_(of), ends_(ends) {}

    Go enter(Call& call) override {
        const TransactionNumbers& numbers = of_.bouncer_.context_.world.transactions;
        const auto found = numbers.innermost(of_.servers_, call.request.within);
        if (found == of_.servers_.end()) return answer(call, {Outcome::failed, cause::reset});
        begin(call, call.request.within);
        call.request.within = found->first;
        return on();
    }
    Go answered(Call& call) override {
        if (ends_) of_.servers_.erase(call.request.within);
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override { call.request.within = mine(call).innermost; }
    const void* dies_with(Call&, std::uint32_t) const override { return &of_.bouncer_; }

private:
    PooledTransactions& of_;
    bool ends_;
};

struct PooledTransactions::Programs {
    // One statement within a scope, measured like any other call.
    template <class Scope>
    struct Called {
        template <class... Arguments>
        Called(PooledTransactions& of, Service& there, bool counts_writes, Arguments... arguments)
            : visit(of.bouncer_.context_, counts_writes),
              scope(of, arguments...),
              statement(of.bouncer_,
                        {of.bouncer_.spec_.of, of.bouncer_.spec_.latency.build(), {}, &there}),
              service(of.bouncer_.context_.world, visit.enter().to) {
            statement.link(&scope, nullptr);
            Pgbouncer& bouncer = of.bouncer_;
            visit.link(&scope);
            if (!bouncer.injection_) return;
            injected.emplace(bouncer.context_.scheduler(), *bouncer.injection_, &bouncer);
            injected->link(visit.inside(), &scope);
            visit.link(&*injected);
        }
        MeasuredVisit visit;
        std::optional<InjectedHere> injected;
        Scope scope;
        Pgbouncer::Statement statement;
        BlockService service;
    };

    explicit Programs(PooledTransactions& of)
        : begin(of, of.there_.begin(), false),
          statement(of, of.there_.statement(), true, false),
          commit(of, of.there_.commit(), false, true),
          rollback(of, of.there_.rollback(), false, true) {
        begin.scope.place(begin.visit.inside(), &begin.statement);
        for (Called<Joined>* each : {&statement, &commit, &rollback}) {
            each->scope.link(each->visit.inside(), &each->statement);
        }
    }

    Called<Begin> begin;
    Called<Joined> statement, commit, rollback;
};

PooledTransactions::PooledTransactions(Pgbouncer& bouncer)
    : bouncer_(bouncer),
      there_(*bouncer.of().transactional()),
      programs_(std::make_unique<Programs>(*this)) {}

PooledTransactions::~PooledTransactions() = default;

Service& PooledTransactions::begin() {
    return programs_->begin.service;
}
Service& PooledTransactions::statement() {
    return programs_->statement.service;
}
Service& PooledTransactions::commit() {
    return programs_->commit.service;
}
Service& PooledTransactions::rollback() {
    return programs_->rollback.service;
}

void PooledTransactions::leave(std::uint32_t number) {
    servers_.erase(number);
    there_.leave(number);
}

void PooledTransactions::crash() {
    while (!servers_.empty()) leave(servers_.begin()->first);
}

}  // namespace models
