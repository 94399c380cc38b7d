// A connection pooler: callers have many connections to it, and it has few to the database.
//
// A server connection is linked to a client's when a transaction begins, and goes back when it ends
// (transaction pooling). A call is one transaction, of one statement or several; what its caller
// takes between two of them is time the connection is held and does nothing. Whoever finds none
// waits in line; when the first in line has waited for reserve_pool_timeout, one more connection is
// opened, up to reserve_pool_size of them; after query_wait_timeout the call fails.
//
// With session pooling a client's connection has a server connection for good: nothing is saved,
// and no more clients can have one than the pool has. A pool of a caller (HikariCP) asks each new
// connection whether it lives, and so waits for it: here it is refused, and tries again. A call
// from a node that has no pool of connections here is a session by itself.
//
// A transaction of several calls (the step of that name) has a server connection from its begin to
// its end: pooled_transactions.h.
//
// pgbouncer.org/config.html and pgbouncer/src/objects.c. Not modelled: one pool per user and
// database, server_lifetime, prepared statements.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/calls/tally.h"
#include "models/connections/connection_limit.h"
#include "models/connections/connection_pool.h"
#include "models/databases/pgbouncer_spec.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/node.h"
#include "sim/cpu.h"

namespace models {

class PooledTransactions;

class Pgbouncer final : public Node,
                        public Instance,
                        public Crashable,
                        public Slowable,
                        public Injectable {
public:
    using Spec = PgbouncerSpec;

    Pgbouncer(const Spec& spec, const Context& context);
    ~Pgbouncer() override;

    void connect() override;
    void start() override { pool_->open(true); }
    void begin_measuring() override;
    void finish() override;
    void dismiss() override { pool_->dismiss(); }
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override {
        return of().endpoint(name);
    }
    std::span<Instance* const> instances() override { return {&self_, 1}; }
    Ledger* ledger() override { return of().ledger(); }
    ConnectionLimit* connection_limit() override { return &clients_; }
    Transactional* transactional() override;

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { thread_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { thread_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }

private:
    friend class PooledTransactions;
    class Late;
    class Linked;
    class Statement;
    class Statements;
    struct Program;

    Node& of() const { return context_.world.directory.node(spec_.of.node); }
    void add_resources() const;
    bool has_its_own() const;
    // Somebody wanted a connection to the database then, and has it, or none.
    void note_link(sim::Time wanted, bool has_it);

    Spec spec_;
    Context context_;
    ConnectionLimit clients_;
    std::unique_ptr<ConnectionPool> pool_;
    sim::Cpu thread_;
    sim::Distribution work_;
    sim::Distribution between_;
    std::uint64_t work_draws_;
    std::uint64_t between_draws_;
    MeasuredVisit visit_;
    std::optional<Injection> injection_;
    std::unique_ptr<Program> program_;
    UpState up_;
    SpeedState slow_;
    sim::Duration busy_before_{};
    sim::Duration waited_{};
    std::uint64_t links_ = 0;
    Tally timeouts_, servers_peak_, reserve_;
    std::unique_ptr<PooledTransactions> transactions_;  // once somebody wants them
    Instance* self_ = this;
};

}  // namespace models
