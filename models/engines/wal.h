// A database's write-ahead log: one fsync at a time, and whoever commits waits for the one that has
// its record.
//
// PostgreSQL's XLogFlush: whoever finds nobody at it flushes all there is; all that come meanwhile
// wait, and one of them flushes for all. So n writers who do nothing else have n/2 commits a flush:
// those of one wait while the others' is under way. With `commit_delay` whoever flushes waits for
// the others first, if enough writes are open. Without group commit each has a flush of its own, so
// there are 1/fsync_time commits a second, whoever asks.
//
// When commits do not wait (synchronous_commit = off), the WAL writer comes by every
// `wal_writer_delay`: it flushes whole pages, and the page that is being written only when there
// was no other (XLogBackgroundFlush). A crash so loses at most three delays' worth of what was
// acknowledged. Not modelled: wal_writer_flush_after, which is for many MB a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "models/context.h"
#include "models/data/watermark.h"
#include "models/engines/wal_spec.h"
#include "sim/area.h"
#include "sim/task_group.h"

namespace models {

class Wal {
public:
    Wal(const WalSpec& spec, const Context& context);

    // A write has a connection, or has it no more; what commit_siblings counts.
    void open() { ++open_; }
    void close() { --open_; }

    // Writes the records of so many writes that commit together, and waits for them to be on disk
    // if commits wait. Where they end in the log; none when the machine died meanwhile.
    sim::Task<std::optional<std::uint64_t>> commit(std::size_t writes = 1);

    // Up to where the log is on disk.
    std::uint64_t flushed() const { return flushed_.reached(); }

    bool waits() const { return spec_.synchronous_commit == SynchronousCommit::on; }
    // The one flush that is under way, and the commits that wait for it or for the next.
    sim::Use use() const;

    // What is not on disk is gone.
    void crash();
    void dismiss() { crew_.dismiss(); }

    void begin_measuring();
    void finish(sim::NodeRecord& record) const;

private:
    void note_flushing(bool is_flushing);
    void note_waiting();
    sim::Task<void> flush_for_commits();
    sim::Task<void> flush_behind();
    sim::Task<void> flush_to(std::uint64_t position);

    WalSpec spec_;
    Context context_;
    sim::Distribution fsync_time_;
    sim::Draws draws_;
    Watermark flushed_;  // bytes
    std::uint64_t end_ = 0;
    std::deque<std::uint64_t> ends_;  // of commits that are not on disk
    std::uint32_t open_ = 0;
    bool is_flushing_ = false;
    std::uint64_t flushes_ = 0;
    std::uint64_t commits_ = 0;
    std::uint64_t end_before_ = 0;  // the warm-up's
    std::size_t waiting_ = 0;       // commits, as far as they are noted
    sim::Area flushed_area_, waiting_area_;
    sim::TaskGroup crew_;
};

}  // namespace models
