#include "models/databases/pgbouncer_blocks.h"

#include <utility>

#include "models/spans.h"

namespace models {

// --- a connection to the database ---

Go Pgbouncer::Linked::enter(Call& call) {
    if (!bouncer_.is_up()) return answer(call, {Outcome::failed, cause::refused});
    begin(call, nullptr);
    return bouncer_.has_its_own() ? on() : Go{&line_, Way::enter};
}

Go Pgbouncer::Linked::answered(Call& call) {
    abandoned(call);
    return back();
}

void Pgbouncer::Linked::abandoned(Call& call) {
    sim::Semaphore* const server = mine(call).server;
    end(call);
    if (server != nullptr) server->give_back();
}

Go Pgbouncer::Linked::Line::enter(Call& call) {
    State& my = begin(call, bouncer_);
    my.late.start();
    if (my.taking.await_ready()) return woken(call);
    my.taking.await_suspend(call);
    return stay(call);
}

Go Pgbouncer::Linked::Line::woken(Call& call) {
    const Context& context = bouncer_.context_;
    const sim::Time wanted = mine(call).wanted;
    sim::Permit server = mine(call).taking.await_resume();
    end(call);
    context.meter.spent(Spent::connection, context.now() - wanted);
    spent_in(context.world, call.request, Spent::connection, wanted, context.now());
    bouncer_.note_link(wanted, static_cast<bool>(server));
    if (!server) return answer(call, {Outcome::failed, cause::no_connection});
    linked_.mine(call).server = server.release();
    return on();
}

// --- a statement ---

Go Pgbouncer::Statement::Thread::enter(Call& call) {
    sim::Draws draws(sim::request_key(bouncer_.work_draws_, call.request.identity));
    return work(call, bouncer_.thread_, bouncer_.work_.sample_duration(draws));
}

Go Pgbouncer::Statement::Out::enter(Call& call) {
    of_.mine(call).sent = of_.context_.now();
    if (call.request.endpoint == 0) call.request.endpoint = of_.edge_.endpoint();
    return of_.edge_.enter(call);
}

Go Pgbouncer::Statement::answered(Call& call) {
    context_.meter.spent(Spent::calling, context_.now() - mine(call).sent);
    abandoned(call);
    if (!call.ok()) call.response.outcome = Outcome::failed;
    return back();
}

// --- one after the other ---

Go Pgbouncer::Statements::enter(Call& call) {
    const Request& request = call.request;
    begin(call, request.identity,
          sim::Draws(sim::request_key(bouncer_.between_draws_, request.identity)), 0u,
          request.is_write);
    return next(call);
}

Go Pgbouncer::Statements::next(Call& call) {
    State& my = mine(call);
    const bool is_last = ++my.number == bouncer_.spec_.statements;
    call.request.identity = Request::onward_identity(my.identity, my.number);
    call.request.is_write = my.is_write && is_last;
    return {&statement_, Way::enter};
}

Go Pgbouncer::Statements::answered(Call& call) {
    const bool is_last = mine(call).number == bouncer_.spec_.statements;
    if (!is_last && call.ok()) return {&between_, Way::enter};
    abandoned(call);
    return back();
}

Go Pgbouncer::Statements::Between::enter(Call& call) {
    const sim::Duration time = of_.bouncer_.between_.sample_duration(of_.mine(call).draws);
    if (time <= sim::Duration::zero()) return woken(call);
    of_.bouncer_.context_.scheduler().after(time, call);
    return stay(call);
}

}  // namespace models
