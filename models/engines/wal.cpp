#include "models/engines/wal.h"

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

void Wal::note_flushing(bool is_flushing) {
    flushed_area_.change(int{is_flushing} - int{is_flushing_}, context_.now());
    is_flushing_ = is_flushing;
}

void Wal::note_waiting() {
    waiting_area_.change(
        static_cast<std::int64_t>(ends_.size()) - static_cast<std::int64_t>(waiting_),
        context_.now());
    waiting_ = ends_.size();
}

sim::Use Wal::use() const {
    const std::uint64_t flushing = flushed_area_.until(context_.now(), is_flushing_);
    return {1, flushing, waiting_area_.until(context_.now(), waiting_), flushing, flushes_, 0};
}

sim::Task<std::optional<std::uint64_t>> Wal::commit(std::size_t writes) {
    const std::uint64_t position = end_ += writes * spec_.bytes_per_write.count;
    ends_.push_back(position);
    note_waiting();
    if (!is_flushing_) {
        note_flushing(true);
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
    note_flushing(false);
}

sim::Task<void> Wal::flush_behind() {
    while (flushed() < end_) {
        co_await sim::sleep(context_.scheduler(), spec_.wal_writer_delay);
        const std::uint64_t pages = end_ - end_ % kPageBytes;
        co_await flush_to(pages > flushed() ? pages : end_);
    }
    note_flushing(false);
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
    note_waiting();
    flushed_.reach(position);
}

void Wal::crash() {
    crew_.dismiss();
    note_flushing(false);
    end_ = flushed();
    ends_.clear();
    note_waiting();
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
