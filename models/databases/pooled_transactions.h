// Transactions through a connection pooler: each has a server connection of its own from its begin
// to its end, on which the database has the same transaction.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "models/databases/pgbouncer.h"
#include "models/databases/transactional.h"

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
    enum class Part { begin, statement, commit, rollback };
    class Serve;
    struct Called;

    std::unique_ptr<Called> called(Service& there, Part part);
    Reply serve(Request request, Part part, Edge& edge);
    Reply begin(Request request, Edge& edge);

    Pgbouncer& bouncer_;
    Transactional& there_;
    std::map<std::uint32_t, sim::Place> servers_;  // none: the caller's connection has its own
    std::unique_ptr<Called> begin_, statement_, commit_, rollback_;
};

}  // namespace models
