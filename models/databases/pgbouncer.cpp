#include "models/databases/pgbouncer.h"

#include <algorithm>

#include "models/databases/pgbouncer_blocks.h"
#include "models/databases/pooled_transactions.h"
#include "models/prices/usages.h"
#include "models/used.h"

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

struct Pgbouncer::Program {
    explicit Program(Pgbouncer& of)
        : linked(of),
          statement(of, {of.spec_.of, of.spec_.latency.build(), {}}),
          statements(of, statement) {
        linked.place(of.visit_.inside(), &statements);
        statements.link(&linked, nullptr);
        Block* first = &linked;
        if (of.injection_) {
            injected.emplace(of.context_.scheduler(), *of.injection_, &of);
            injected->link(of.visit_.inside(), first);
            first = &*injected;
        }
        of.visit_.link(first);
    }
    std::optional<InjectedHere> injected;
    Linked linked;
    Statement statement;
    Statements statements;
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
      timeouts_(context, "query_wait_timeouts"),
      servers_peak_(context, "server_connections_peak"),
      reserve_(context, "reserve_connections") {
    if (context.is_injected) injection_.emplace(context.scheduler());
    add_resources();
    context.meter.sampled("cl_active", "", [this] { return static_cast<double>(pool_->in_use()); });
    context.meter.sampled("cl_waiting", "",
                          [this] { return static_cast<double>(pool_->waiting()); });
    context.meter.sampled("sv_idle", "", [this] {
        return static_cast<double>(pool_->connections() - pool_->in_use());
    });
}

Pgbouncer::~Pgbouncer() = default;

void Pgbouncer::add_resources() const {
    sim::Meter& meter = context_.meter;
    clients_.add_resource(meter);
    meter.resource("server connections",
                   [this](sim::Time, sim::Uses& uses) { uses.push_back(pool_->use()); },
                   {.to = spec_.of.node});
    meter.only_resource("thread", thread_);
}

Transactional* Pgbouncer::transactional() {
    if (!transactions_) transactions_ = std::make_unique<PooledTransactions>(*this);
    return transactions_.get();
}

void Pgbouncer::connect() {
    program_ = std::make_unique<Program>(*this);
    ConnectionLimit* const database = of().connection_limit();
    if (spec_.pool_mode == PoolMode::session) clients_.lead_to(database);
    pool_ = std::make_unique<ConnectionPool>(context_, servers_of(spec_), database);
}

// A connection of the caller's, with one to the database behind it.
bool Pgbouncer::has_its_own() const {
    return spec_.pool_mode == PoolMode::session && clients_.peak() > 0;
}

void Pgbouncer::note_link(sim::Time wanted, bool has_it) {
    servers_peak_.at_least(static_cast<double>(pool_->connections()));
    if (!has_it) timeouts_.add();
    if (wanted < context_.world.recorder.measured_from()) return;
    waited_ += context_.now() - wanted;
    ++links_;
}

void Pgbouncer::take_down() {
    if (!up_.take_down()) return;
    context_.world.calls.end_all_in(this, {Outcome::failed, cause::reset});
    if (transactions_) transactions_->crash();
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
    use_instances(context_, spec_.price, 1);
    record.measures.push_back(
        {"client_connections_peak", "", static_cast<double>(clients_.peak())});
    record.measures.push_back(
        {"client_connections_refused", "", static_cast<double>(clients_.refused())});
    record.measures.push_back(
        {"server_connections_in_use", "", pool_->usage().mean(context_.now())});
    record.measures.push_back({"wait_time", "s", sim::seconds(waited_) / links});
}

}  // namespace models
