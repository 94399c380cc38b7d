// What writes are at a database: the locks on their rows, their records in the log, and what of
// them is in the database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "models/calls/spread.h"
#include "models/changes.h"
#include "models/context.h"
#include "models/data/fencing.h"
#include "models/data/ledger.h"
#include "models/engines/database_disk.h"
#include "models/engines/wal.h"
#include "models/locks/lock_spec.h"
#include "models/locks/row_locks.h"
#include "sim/distribution.h"

namespace models {

class Writes {
public:
    Writes(const Context& context, const std::optional<LockSpec>& locks,
           const std::optional<WalSpec>& wal, const std::optional<DatabaseDiskSpec>& disk,
           bool fences);

    // Null without one.
    Wal* wal() const { return wal_.get(); }
    Ledger& ledger() { return ledger_; }
    RowLocks& locks() { return locks_; }
    bool take_locks() const { return has_locks_; }

    void start() {
        if (disk_) disk_->start();
    }
    void dismiss();

    // Rows' locks, the log's one flush at a time, and space on the disk.
    void add_resources(sim::Meter& meter) const;

    // The request's rows, one after another, each held for its time from then on; why not, when one
    // was not to be had.
    sim::Task<Cause> lock(Request request, RowLocks::Transaction& transaction);
    // Takes room for so many writes on the disk; false when there is none.
    bool find_room(std::size_t writes) { return !disk_ || disk_->write(writes); }
    // The records of so many writes that commit together. Where they end in the log; none when the
    // machine died meanwhile.
    sim::Task<std::optional<std::uint64_t>> log(Request request, std::size_t writes);
    // False when the lease that it is under is known to be over.
    bool admits(const Request& request) { return fencing_.admits(tokens_, request); }
    void fill_disk(std::int64_t bytes) { disk_->fill(bytes); }
    // It is in the database: when its record is on disk, or, if commits do not wait, until a crash.
    void commit(const Request& request, std::uint64_t position, Response& response);

    void follow(Follower& follower) { followers_.push_back(&follower); }
    // A query about that row is answered.
    void has_read(std::uint64_t key) const {
        for (Follower* const each : followers_) each->read(key);
    }
    // What a transaction wrote there is not committed.
    void roll_back(std::uint64_t key) const {
        for (Follower* const each : followers_) each->rolled_back(key);
    }
    sim::Task<bool> flushed_to(std::uint64_t position);

    // What is not on disk is gone.
    void crash();

    void begin_measuring();
    void finish(sim::NodeRecord& record) const;

private:
    // A write that was acknowledged and is not on disk, and what was there before it.
    struct Unflushed {
        Change change;
        std::uint64_t version;
        std::uint64_t version_before;
    };

    void take_back();
    std::vector<RowLocks::Key> rows_of(const Request& request) const;

    Context context_;
    bool has_locks_;
    LockSpec rules_;
    std::unique_ptr<Wal> wal_;
    std::optional<DatabaseDisk> disk_;
    Ledger ledger_;
    FencingTokens tokens_;
    WriteFence fencing_;
    sim::Distribution hold_time_;
    std::uint64_t hold_draws_;
    std::uint64_t row_draws_;
    RowLocks locks_;
    std::deque<Unflushed> unflushed_;
    std::vector<Follower*> followers_;
    std::uint64_t lost_commits_ = 0;
    std::optional<Spread> lock_wait_;  // none without locks
};

}  // namespace models
