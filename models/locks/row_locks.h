// Locks on rows: whoever wants one that is taken stands in its line, for so long at most, and is
// sent away at once when the wait would close a circle.
//
//     RowLocks::Transaction transaction(locks);        // gives its locks back at the end
//     const Cause trouble = co_await locks.lock(transaction, row);
//
// Lines are first come, first served (InnoDB; PostgreSQL wakes its waiters in any order). Deadlocks
// are found when somebody begins to wait, by going from the row's owner to the row that owner waits
// for, and on: with exclusive locks everybody waits for one row at a time, so this is the whole
// graph. The one who closes the circle is the victim (PostgreSQL; InnoDB takes whoever has changed
// least).
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "models/locks/contention.h"
#include "models/service.h"
#include "sim/semaphore.h"

namespace models {

class RowLocks {
public:
    using Key = std::uint64_t;
    struct Rules {
        sim::Duration wait_timeout{};
        bool detect_deadlocks = true;
    };

    RowLocks(sim::Scheduler& scheduler, Rules rules) : scheduler_(scheduler), rules_(rules) {}

    class Transaction;

    // None; lock_timeout or deadlock when it was not to be had.
    sim::Task<Cause> lock(Transaction& transaction, Key key);

    // Whether it would have to wait for the row.
    bool is_taken(const Transaction& transaction, Key key) const;

    sim::Use use() const { return contention_.use(); }

    std::size_t locked() const { return rows_.size(); }
    std::size_t waiting_peak() const { return waiting_peak_; }

private:
    struct Row {
        explicit Row(sim::Scheduler& scheduler) : slots(scheduler, 1) {}
        sim::Semaphore slots;
        Transaction* owner = nullptr;
    };

    bool would_deadlock(const Transaction& transaction, const Row& row) const;
    void give_back(Key key, sim::Permit place);

    sim::Scheduler& scheduler_;
    Rules rules_;
    std::map<Key, Row> rows_;  // those that are taken
    std::size_t waiting_peak_ = 0;
    Contention contention_{scheduler_};
};

class RowLocks::Transaction {
public:
    explicit Transaction(RowLocks& locks) : locks_(locks) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() { release(); }

    // It holds none any more.
    void release() {
        while (!held_.empty()) {
            auto [key, place] = std::move(held_.back());
            held_.pop_back();
            locks_.give_back(key, std::move(place));
        }
    }

private:
    friend RowLocks;

    // For as long as it waits for a row, whatever ends that.
    class Wait {
    public:
        Wait(Transaction& transaction, const Row& row)
            : transaction_(transaction),
              in_line_(transaction.locks_.contention_, row.slots.full()) {
            transaction.waits_for_ = &row;
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() { transaction_.waits_for_ = nullptr; }

    private:
        Transaction& transaction_;
        Contention::Wait in_line_;
    };

    RowLocks& locks_;
    std::vector<std::pair<Key, sim::Permit>> held_;
    const Row* waits_for_ = nullptr;
};

}  // namespace models
