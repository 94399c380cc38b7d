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

#include "models/service.h"
#include "sim/slots.h"

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

    // Held rows, and who waits for one; it is full while anybody does.
    sim::Use use() const {
        const sim::Time now = scheduler_.now();
        return {1,
                waited_.until(now, waiting_),
                waited_.until(now, waiting_),
                contended_.until(now, waiting_ > 0),
                0,
                refused_};
    }

    std::size_t locked() const { return rows_.size(); }
    std::size_t waiting_peak() const { return waiting_peak_; }

private:
    struct Row {
        explicit Row(sim::Scheduler& scheduler) : slots(scheduler, 1) {}
        sim::Slots slots;
        Transaction* owner = nullptr;
    };

    bool would_deadlock(const Transaction& transaction, const Row& row) const;
    void give_back(Key key, sim::Place place);
    void note_waiting(int difference) {
        const bool was_any = waiting_ > 0;
        waiting_ += static_cast<std::size_t>(difference);
        waited_.change(difference, scheduler_.now());
        contended_.change(int{waiting_ > 0} - int{was_any}, scheduler_.now());
    }

    sim::Scheduler& scheduler_;
    Rules rules_;
    std::map<Key, Row> rows_;  // those that are taken
    std::size_t waiting_peak_ = 0;
    std::size_t waiting_ = 0;
    std::uint64_t refused_ = 0;
    sim::Area waited_, contended_;
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
            : transaction_(transaction), must_wait_(row.slots.full()) {
            transaction.waits_for_ = &row;
            if (must_wait_) transaction_.locks_.note_waiting(1);
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() {
            transaction_.waits_for_ = nullptr;
            if (must_wait_) transaction_.locks_.note_waiting(-1);
        }

    private:
        Transaction& transaction_;
        bool must_wait_;
    };

    RowLocks& locks_;
    std::vector<std::pair<Key, sim::Place>> held_;
    const Row* waits_for_ = nullptr;
};

}  // namespace models
