#include "models/databases/wal.h"

#include <algorithm>

#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::uint64_t kPageBytes = 8192;  // XLOG_BLCKSZ

}  // namespace

Wal::Wal(const WalSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      fsync_time_(spec.fsync_time.build()),
      draws_(context.stream("fsync")),
      flushed_(context.scheduler()) {}

sim::Task<std::optional<std::uint64_t>> Wal::commit(std::size_t writes) {
    const std::uint64_t position = end_ += writes * spec_.bytes_per_write.count;
    ends_.push_back(position);
    if (!is_flushing_) {
        is_flushing_ = true;
        crew_.run(waits() ? flush_for_commits() : flush_behind());
    }
    if (waits() && !co_await flushed_.until(position)) co_return std::nullopt;
    co_return position;
}

sim::Task<void> Wal::flush_for_commits() {
    while (flushed() < end_) {
        // The one who waits is open as well.
        if (open_ > spec_.commit_siblings) {
            co_await sim::sleep(context_.scheduler(), spec_.commit_delay);
        }
        co_await flush_to(spec_.group_commit ? end_ : ends_.front());
    }
    is_flushing_ = false;
}

sim::Task<void> Wal::flush_behind() {
    while (flushed() < end_) {
        co_await sim::sleep(context_.scheduler(), spec_.wal_writer_delay);
        const std::uint64_t pages = end_ - end_ % kPageBytes;
        co_await flush_to(pages > flushed() ? pages : end_);
    }
    is_flushing_ = false;
}

sim::Task<void> Wal::flush_to(std::uint64_t position) {
    sim::Duration takes = fsync_time_.sample_duration(draws_);
    if (spec_.bytes_per_second) {
        const auto bytes = static_cast<double>(position - flushed());
        takes += sim::from_seconds(bytes / static_cast<double>(spec_.bytes_per_second->count));
    }
    co_await sim::sleep(context_.scheduler(), takes);
    ++flushes_;
    for (; !ends_.empty() && ends_.front() <= position; ++commits_) ends_.pop_front();
    flushed_.reach(position);
}

void Wal::crash() {
    crew_.dismiss();
    is_flushing_ = false;
    end_ = flushed();
    ends_.clear();
    flushed_.give_up();
}

// --- the report ---

void Wal::begin_measuring() {
    flushes_ = commits_ = 0;
    end_before_ = flushed();
}

// A record that a crash took was written in vain, and is in neither.
void Wal::finish(sim::NodeRecord& record) const {
    const auto bytes = static_cast<double>(flushed() - std::min(end_before_, flushed()));
    const double flushes = flushes_ > 0 ? static_cast<double>(flushes_) : 1;
    record.measures.push_back({"wal_flushes", "", static_cast<double>(flushes_)});
    record.measures.push_back({"wal_bytes", "bytes", bytes});
    record.measures.push_back({"commits_per_flush", "", static_cast<double>(commits_) / flushes});
}

}  // namespace models
