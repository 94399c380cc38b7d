// Transactions through a connection pooler: each has a server connection of its own from its begin
// to its end, on which the database has the same transaction.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "models/databases/pgbouncer.h"
#include "models/transactional.h"

namespace models {

class PooledTransactions final : public Transactional {
public:
    explicit PooledTransactions(Pgbouncer& bouncer);
    ~PooledTransactions();

    Service& begin() override;
    Service& statement() override;
    Service& commit() override;
    Service& rollback() override;
    void leave(std::uint32_t number) override;

    // Of the pooler: its server connections are closed, and the database sees that.
    void crash();

private:
    class Begin;
    class Joined;
    struct Programs;

    Pgbouncer& bouncer_;
    Transactional& there_;
    std::map<std::uint32_t, sim::Permit> servers_;  // none: the caller's connection has its own
    std::unique_ptr<Programs> programs_;
};

}  // namespace models
