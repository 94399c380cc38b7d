// The transactions of several statements at a database (transactional.h). Each has a connection; it
// does one statement after another on it, holds the locks of its writes, and what it has written is
// in the database when its records are in the log: one commit, one flush.
//
//     begin       Begin, in line for a connection   Begun
//     statement   Joined, in line for its turn      Query  Write
//     commit      Joined                            Commit
//     rollback    Joined                            End
//
// A statement that fails undoes what was written and frees the locks at once, and all that follow
// fail as it did, until a rollback; so does the commit (PostgreSQL: "current transaction is
// aborted"). When whoever began it has gone, a statement under way is brought to its end first. A
// read sees what is committed when it is answered, and not what its own transaction wrote.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "models/context.h"
#include "models/databases/writes.h"
#include "models/transactional.h"
#include "sim/gauge.h"
#include "sim/semaphore.h"

namespace models {

class Engine;

class Transactions final : public Transactional {
public:
    Transactions(const Context& context, Engine& engine, Writes& writes);
    ~Transactions();

    Service& begin() override;
    Service& statement() override;
    Service& commit() override;
    Service& rollback() override;
    void leave(std::uint32_t number) override;

    // Of the machine: all are rolled back, and have no connections any more.
    void crash();

    void begin_measuring();
    void finish(sim::NodeRecord& record) const;

private:
    struct Open {
        Open(std::uint32_t its, sim::Scheduler& scheduler, RowLocks& rows)
            : number(its), turns(scheduler, 1), locks(rows) {}
        std::uint32_t number;
        sim::Semaphore turns;  // one statement at a time
        RowLocks::Transaction locks;
        std::vector<Request> writes;
        Cause trouble = Cause::none;  // of the statement that failed
        bool is_connected = true;
        bool is_over = false;  // has no need of its connection
        bool is_committed = false;
        bool is_left = false;  // nobody will ask for it any more
    };

    class Begin;
    class Begun;
    class Joined;
    class Statement;
    class Commit;
    class RolledBack;
    struct Programs;

    // Null when there is none.
    Open* find(std::uint32_t number);
    bool take_turn(Open& open);
    void let_go(Open& open);
    void rest(Open& open);
    void settle(Open& open);
    void disconnect(Open& open);
    void add_write(Open& open, const Request& request);
    void roll_back(Open& open);
    Reply write(Request request, Open& open);
    Reply commit(Request request, Open& open);
    Response answer_about(const Request& request);

    Context context_;
    Engine& engine_;
    Writes& writes_;
    std::map<std::uint32_t, Open> open_;
    sim::Gauge idle_;  // have a connection, and nothing to do on it
    std::uint64_t begun_ = 0;
    std::uint64_t rolled_back_ = 0;
    std::unique_ptr<Programs> programs_;
};

}  // namespace models
