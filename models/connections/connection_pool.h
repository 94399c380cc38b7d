// An instance's connections to another node, as HikariCP keeps them.
//
// Connections are opened one after the other, up to minimum_idle that nobody uses, and up to
// maximum_pool_size while callers wait; one that is refused is tried again after 10 ms, then twice
// that, up to 5 s (HikariPool.PoolEntryCreator). A call holds one until it is answered, and fails
// when none came free within connection_timeout. Every idle_timeout, what nobody used meanwhile is
// closed, down to minimum_idle.
#pragma once

#include "models/connections/connection_limit.h"
#include "models/connections/connection_pool_spec.h"
#include "models/context.h"
#include "sim/semaphore.h"
#include "sim/task_group.h"

namespace models {

class ConnectionPool {
public:
    // Without a limit there all connections are accepted.
    ConnectionPool(const Context& context, const ConnectionPoolSpec& spec, ConnectionLimit* limit);

    // Of a process that starts; `at_once` when it has been there for long.
    void open(bool at_once);
    // Of a process that dies.
    void close();

    // Nothing happens by itself any more.
    void dismiss() { crew_.dismiss(); }

    // None when there was none in time.
    sim::Semaphore::TakingUntil take();

    // Of whoever has kept one.
    void give_back() { slots_.give_back(); }

    // One more than maximum_pool_size, up to so many more, until it is idle; false when there are.
    bool open_reserve(std::size_t reserve);

    std::size_t connections() const { return open_; }
    std::size_t in_use() const { return slots_.taken(); }
    std::size_t waiting() const { return slots_.waiting(); }
    std::size_t waiting_peak() const { return waiting_peak_; }
    sim::Use use() const { return slots_.use(); }
    sim::Gauge& usage() { return slots_.usage(); }

private:
    std::size_t idle() const { return open_ > slots_.taken() ? open_ - slots_.taken() : 0; }
    bool wants_more() const;
    bool open_one();
    void fill();
    sim::Task<void> keep_filling();
    sim::Task<void> close_idle();

    sim::Scheduler& scheduler_;
    ConnectionPoolSpec spec_;
    std::size_t minimum_idle_;
    std::size_t most_;
    ConnectionLimit* limit_;
    sim::Semaphore slots_;
    std::size_t open_ = 0;
    std::size_t least_idle_ = 0;
    std::size_t waiting_peak_ = 0;
    bool is_open_ = false;
    bool is_filling_ = false;
    sim::TaskGroup crew_;
};

}  // namespace models
