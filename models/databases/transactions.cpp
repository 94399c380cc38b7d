#include "models/databases/transactions.h"

#include <utility>

#include "models/blocks/block_service.h"
#include "models/blocks/measure.h"
#include "models/engines/engine.h"
#include "models/spans.h"

namespace models {

// A connection that is kept once it is there.
class Transactions::Begin final : public Engine::Connect {
public:
    using Connect::Connect;
    Go answered(Call& call) override { return call.ok() ? back() : Connect::answered(call); }
};

// Unless whoever wanted it has gone meanwhile.
class Transactions::Begun final : public Block {
public:
    explicit Begun(Transactions& of) : of_(of) {}

    Go enter(Call& call) override {
        const std::uint32_t number = call.request.within;
        if (!of_.context_.world.transactions.is_open(number)) {
            return answer(call, {Outcome::failed, cause::reset});
        }
        of_.open_.try_emplace(number, number, of_.context_.scheduler(), of_.writes_.locks());
        of_.idle_.add(of_.context_.now(), 1);
        ++of_.begun_;
        return answer(call, {});
    }

private:
    Transactions& of_;
};

// On the transaction's connection, after those before it.
class Transactions::Joined final : public Keeps<Joined> {
public:
    struct State {
        Open* open;
    };

    Joined(Transactions& of, bool ends) : of_(of), ends_(ends), line_(of, *this) {}
    void place(Block* outer, Block* next) {
        link(outer, next);
        line_.link(outer, this);
    }

    Go enter(Call& call) override {
        Open* const open = of_.find(call.request.within);
        if (open == nullptr) return answer(call, {Outcome::failed, cause::reset});
        return of_.take_turn(*open) ? has_turn(call, *open) : Go{&line_, Way::enter};
    }
    Go answered(Call& call) override {
        Open& open = *mine(call).open;
        end(call);
        if (!call.ok() && open.trouble == Cause::none) open.trouble = call.response.cause;
        if (!call.ok() || ends_) of_.roll_back(open);
        open.is_over |= ends_;
        of_.let_go(open);
        return back();
    }
    void abandoned(Call& call) override {
        Open& open = *mine(call).open;
        end(call);
        if (open.trouble == Cause::none) open.trouble = cause::cancelled;
        of_.roll_back(open);
        of_.let_go(open);
    }

    // Its state is on top.
    static Open& open_of(Call& call) { return *mine(call).open; }

private:
    class Line final : public Keeps<Line> {
    public:
        struct State {
            State(Open& of, sim::Time now) : open(of), began(now), taking(of.turns.take()) {}
            Open& open;
            sim::Time began;
            sim::Semaphore::Taking taking;
        };

        Line(Transactions& of, Joined& joined) : of_(of), joined_(joined) {}

        Go enter(Call& call) override {
            Open& open = *of_.find(call.request.within);
            begin(call, open, of_.context_.now()).taking.await_suspend(call);
            return stay(call);
        }
        Go woken(Call& call) override {
            const Context& context = of_.context_;
            Open& open = mine(call).open;
            const sim::Time began = mine(call).began;
            mine(call).taking.await_resume().release();
            end(call);
            context.meter.spent_at(call.request.endpoint, Spent::connection, context.now() - began);
            spent_in(context.world, call.request, Spent::connection, began, context.now());
            return joined_.has_turn(call, open);
        }
        void abandoned(Call& call) override {
            Open& open = mine(call).open;
            end(call);
            of_.rest(open);
        }

    private:
        Transactions& of_;
        Joined& joined_;
    };

    Go has_turn(Call& call, Open& open) {
        begin(call, &open);
        const Cause trouble = open.is_connected ? open.trouble : cause::reset;
        if (ends_ || trouble == Cause::none) return on();
        call.response = {Outcome::failed, trouble};
        return answered(call);
    }

    Transactions& of_;
    bool ends_;
    Line line_;
};

// A write has its rows until the end; a read is answered.
class Transactions::Statement final : public Await {
public:
    explicit Statement(Transactions& of) : of_(of) {}
    Go enter(Call& call) override {
        if (!call.request.is_write) return answer(call, of_.answer_about(call.request));
        if (of_.writes_.take_locks()) return Await::enter(call);
        of_.add_write(Joined::open_of(call), call.request);
        return answer(call, of_.answer_about(call.request));
    }
    Reply story(Call& call) override { return of_.write(call.request, Joined::open_of(call)); }

private:
    Transactions& of_;
};

class Transactions::Commit final : public Await {
public:
    explicit Commit(Transactions& of) : of_(of) {}
    Reply story(Call& call) override { return of_.commit(call.request, Joined::open_of(call)); }

private:
    Transactions& of_;
};

class Transactions::RolledBack final : public Block {
public:
    Go enter(Call& call) override { return answer(call, {}); }
};

struct Transactions::Programs {
    explicit Programs(Transactions& of)
        : begin(of.engine_),
          begun(of),
          statement_turn(of, false),
          query(of.engine_),
          statement(of),
          commit_turn(of, true),
          commit(of),
          rollback_turn(of, true),
          for_begin(of.context_, begin, false),
          for_statement(of.context_, statement_turn, true),
          for_commit(of.context_, commit_turn, false),
          for_rollback(of.context_, rollback_turn, false) {
        begin.place(for_begin.visit.inside(), &begun);
        begun.link(&begin, nullptr);
        query.place(&statement_turn, &statement);
        statement_turn.place(for_statement.visit.inside(), query.first());
        statement.link(&statement_turn, nullptr);
        commit_turn.place(for_commit.visit.inside(), &commit);
        commit.link(&commit_turn, nullptr);
        rollback_turn.place(for_rollback.visit.inside(), &rolled_back);
        rolled_back.link(&rollback_turn, nullptr);
    }

    // What is called, and measured like any other request there.
    struct Called {
        Called(const Context& context, Block& first, bool counts_writes)
            : visit(context, counts_writes), service(context.world, visit.enter().to) {
            visit.link(&first);
        }
        MeasuredVisit visit;
        BlockService service;
    };

    Begin begin;
    Begun begun;
    Joined statement_turn;
    Engine::Query query;
    Statement statement;
    Joined commit_turn;
    Commit commit;
    Joined rollback_turn;
    RolledBack rolled_back;
    Called for_begin, for_statement, for_commit, for_rollback;
};

Transactions::Transactions(const Context& context, Engine& engine, Writes& writes)
    : context_(context),
      engine_(engine),
      writes_(writes),
      programs_(std::make_unique<Programs>(*this)) {}

Transactions::~Transactions() = default;

Service& Transactions::begin() {
    return programs_->for_begin.service;
}
Service& Transactions::statement() {
    return programs_->for_statement.service;
}
Service& Transactions::commit() {
    return programs_->for_commit.service;
}
Service& Transactions::rollback() {
    return programs_->for_rollback.service;
}

// --- turns on a connection ---

Transactions::Open* Transactions::find(std::uint32_t number) {
    const auto found = context_.world.transactions.innermost(open_, number);
    return found == open_.end() ? nullptr : &found->second;
}

bool Transactions::take_turn(Open& open) {
    if (!open.turns.try_take()) return false;
    if (open.is_connected) idle_.add(context_.now(), -1);
    return true;
}

void Transactions::let_go(Open& open) {
    open.turns.give_back();
    rest(open);
}

// The turn is free, unless the next in line has it.
void Transactions::rest(Open& open) {
    if (open.turns.taken() > 0) return;
    if (open.is_connected) idle_.add(context_.now(), 1);
    settle(open);
}

// Ends what is over: at once, or after what is under way.
void Transactions::settle(Open& open) {
    if (open.turns.taken() > 0) return;
    if (open.is_left) roll_back(open);
    if (open.is_connected && (open.is_over || open.is_left)) disconnect(open);
    if (open.is_left) open_.erase(open.number);
}

void Transactions::disconnect(Open& open) {
    open.is_connected = false;
    idle_.add(context_.now(), -1);
    if (!open.is_committed) ++rolled_back_;
    engine_.disconnect();
}

// --- what is written ---

void Transactions::add_write(Open& open, const Request& request) {
    if (open.writes.empty() && writes_.wal() != nullptr) writes_.wal()->open();
    open.writes.push_back(request);
}

void Transactions::roll_back(Open& open) {
    if (!open.writes.empty() && writes_.wal() != nullptr) writes_.wal()->close();
    if (!open.is_committed) {
        for (const Request& each : open.writes) writes_.roll_back(each.key);
    }
    open.writes.clear();
    open.locks.release();
}

Response Transactions::answer_about(const Request& request) {
    Response response = engine_.answer_about(request.key);
    if (request.is_write) {
        response.missing = false;
    } else {
        response.version = writes_.ledger().committed(request.key);
        writes_.has_read(request.key);
    }
    return response;
}

Reply Transactions::write(Request request, Open& open) {
    const Cause trouble = co_await writes_.lock(request, open.locks);
    if (trouble != Cause::none) co_return Response{Outcome::failed, trouble};
    if (open.trouble != Cause::none) co_return Response{Outcome::failed, open.trouble};
    add_write(open, request);
    co_return answer_about(request);
}

Reply Transactions::commit(Request request, Open& open) {
    if (open.trouble != Cause::none) co_return Response{Outcome::failed, open.trouble};
    Response last;
    const bool are_admitted = std::ranges::all_of(
        open.writes, [this](const Request& each) { return writes_.admits(each); });
    if (!are_admitted) co_return Response{Outcome::failed, cause::stale_token};
    if (!open.writes.empty()) {
        if (!writes_.find_room(open.writes.size())) {
            co_return Response{Outcome::failed, cause::disk_full};
        }
        const auto position = co_await writes_.log(request, open.writes.size());
        if (!position) co_return Response{Outcome::failed, cause::reset};
        for (const Request& each : open.writes) writes_.commit(each, *position, last);
    }
    open.is_committed = true;
    co_return last;
}

// --- the end ---

void Transactions::leave(std::uint32_t number) {
    const auto found = open_.find(number);
    if (found == open_.end()) return;
    Open& open = found->second;
    open.is_left = true;
    if (open.trouble == Cause::none) open.trouble = cause::cancelled;
    settle(open);
}

void Transactions::crash() {
    for (auto next = open_.begin(); next != open_.end();) {
        Open& open = next++->second;
        open.trouble = cause::reset;
        open.is_over = true;
        roll_back(open);
        settle(open);
    }
}

// --- the report ---

void Transactions::begin_measuring() {
    begun_ = rolled_back_ = 0;
    idle_.restart(context_.now());
}

void Transactions::finish(sim::NodeRecord& record) const {
    record.measures.push_back({"transactions", "", static_cast<double>(begun_)});
    record.measures.push_back({"rolled_back", "", static_cast<double>(rolled_back_)});
    record.measures.push_back({"idle_in_transaction", "", idle_.mean(context_.now())});
}

}  // namespace models
