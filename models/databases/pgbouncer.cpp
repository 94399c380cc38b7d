#include "models/databases/pgbouncer.h"

#include <algorithm>

#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

namespace {

std::uint32_t clients_of(const PgbouncerSpec& spec) {
    if (spec.pool_mode != PoolMode::session) return spec.max_client_conn;
    return std::min(spec.max_client_conn, spec.default_pool_size + spec.reserve_pool_size);
}

ConnectionPoolSpec servers_of(const PgbouncerSpec& spec) {
    ConnectionPoolSpec servers;
    servers.maximum_pool_size = spec.default_pool_size;
    servers.minimum_idle = spec.min_pool_size;
    servers.connection_timeout = spec.query_wait_timeout;
    servers.idle_timeout = spec.server_idle_timeout;
    servers.connect_time = spec.server_connect_time;
    return servers;
}

}  // namespace

// Of a call that stands in line: it has waited for long, unless it goes before.
class Pgbouncer::Late final : sim::Event {
public:
    explicit Late(Pgbouncer& bouncer) : bouncer_(bouncer), timer_(bouncer.context_.scheduler()) {
        if (bouncer.spec_.reserve_pool_size == 0) return;
        timer_.start(bouncer.spec_.reserve_pool_timeout, static_cast<sim::Event&>(*this));
    }

private:
    void fire() override {
        timer_.fired();
        if (bouncer_.pool_->open_reserve(bouncer_.spec_.reserve_pool_size)) bouncer_.reserve_.add();
    }

    Pgbouncer& bouncer_;
    sim::Timer timer_;
};

Abilities PgbouncerSpec::suffers() const {
    const Abilities all = abilities_of<Pgbouncer>();
    return work.build().mean() > 0 ? all : all.without(Abilities::slowness());
}

Pgbouncer::Pgbouncer(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      clients_(clients_of(spec)),
      thread_(context.scheduler(), sim::Discipline::fcfs, 1),
      work_(spec.work.build()),
      between_(spec.between_statements.build()),
      work_draws_(context.stream("work")),
      between_draws_(context.stream("between statements")),
      visit_(context),
      serve_(*this),
      timeouts_(context, "query_wait_timeouts"),
      servers_peak_(context, "server_connections_peak"),
      reserve_(context, "reserve_connections") {
    Block* first = &serve_;
    if (context.is_injected) {
        injection_.emplace(context.scheduler());
        injected_.emplace(context.scheduler(), *injection_, this).link(visit_.inside(), first);
        first = &*injected_;
    }
    visit_.link(first);
    serve_.link(visit_.inside(), nullptr);
    context.meter.sampled("cl_active", "", [this] { return static_cast<double>(pool_->in_use()); });
    context.meter.sampled("cl_waiting", "",
                          [this] { return static_cast<double>(pool_->waiting()); });
    context.meter.sampled("sv_idle", "", [this] {
        return static_cast<double>(pool_->connections() - pool_->in_use());
    });
}

void Pgbouncer::connect() {
    edge_.emplace(context_, Edge::Plan{spec_.of, spec_.latency.build(), {}});
    ConnectionLimit* const database = of().connection_limit();
    if (spec_.pool_mode == PoolMode::session) clients_.lead_to(database);
    pool_ = std::make_unique<ConnectionPool>(context_, servers_of(spec_), database);
}

Reply Pgbouncer::serve(Request request) {
    if (!is_up()) co_return Response{Outcome::failed, Cause::refused};
    if (has_its_own()) co_return co_await transaction(request);
    const sim::Place server = co_await link(request);
    if (!server) co_return Response{Outcome::failed, Cause::no_connection};
    co_return co_await transaction(request);
}

// A connection of the caller's, with one to the database behind it.
bool Pgbouncer::has_its_own() const {
    return spec_.pool_mode == PoolMode::session && clients_.peak() > 0;
}

sim::Task<sim::Place> Pgbouncer::link(const Request& request) {
    const sim::Time wanted = context_.now();
    Late late(*this);
    sim::Place server = co_await pool_->take();
    const sim::Duration waited = context_.now() - wanted;
    context_.meter.spent(Spent::connection, waited);
    spent_in(context_.world, request, Spent::connection, wanted, context_.now());
    servers_peak_.at_least(static_cast<double>(pool_->connections()));
    if (!server) timeouts_.add();
    if (wanted >= context_.world.recorder.measured_from()) {
        waited_ += waited;
        ++links_;
    }
    co_return server;
}

// What is not the last statement writes nothing that others could see.
Reply Pgbouncer::transaction(Request request) {
    sim::Draws draws(sim::request_key(between_draws_, request.identity));
    for (std::uint32_t number = 1;; ++number) {
        Request next = request.onward(number, request.endpoint);
        const bool is_last = number == spec_.statements;
        next.is_write = request.is_write && is_last;
        const Response response = co_await statement(next);
        if (is_last || !response.ok()) co_return response;
        co_await sim::sleep(context_.scheduler(), between_.sample_duration(draws));
    }
}

Reply Pgbouncer::statement(Request request) {
    sim::Draws draws(sim::request_key(work_draws_, request.identity));
    const sim::Time began = context_.now();
    const sim::Duration waited = co_await thread_.work(work_.sample_duration(draws));
    context_.meter.spent(Spent::queueing, waited);
    context_.meter.spent(Spent::service, context_.now() - began - waited);
    worked_in(context_.world, request, began, waited);
    const sim::Time sent = context_.now();
    if (request.endpoint == 0) request.endpoint = edge_->endpoint();
    Response response = co_await ask(context_.world, *edge_, request);
    context_.meter.spent(Spent::calling, context_.now() - sent);
    if (!response.ok()) response.outcome = Outcome::failed;
    co_return response;
}

void Pgbouncer::take_down() {
    if (!up_.take_down()) return;
    context_.world.calls.end_all_in(this, {Outcome::failed, Cause::reset});
    pool_->close();
}

void Pgbouncer::bring_up() {
    if (up_.bring_up()) pool_->open(false);
}

// --- the report ---

void Pgbouncer::begin_measuring() {
    busy_before_ = thread_.busy();
    pool_->usage().restart(context_.now());
}

void Pgbouncer::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const auto share = [&](double seconds) { return measured > 0 ? seconds / measured : 0; };
    const double links = links_ > 0 ? static_cast<double>(links_) : 1;
    record.instances = 1;
    record.utilisation = share(sim::seconds(thread_.busy() - busy_before_));
    record.waiting_peak = pool_->waiting_peak();
    record.cost_usd = spec_.price.usd_per_hour * measured / 3600;
    record.measures.push_back(
        {"client_connections_peak", "", static_cast<double>(clients_.peak())});
    record.measures.push_back(
        {"client_connections_refused", "", static_cast<double>(clients_.refused())});
    record.measures.push_back(
        {"server_connections_in_use", "", pool_->usage().mean(context_.now())});
    record.measures.push_back({"wait_time", "s", sim::seconds(waited_) / links});
}

}  // namespace models
