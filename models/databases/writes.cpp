#include "models/databases/writes.h"

#include <algorithm>

#include "models/data/judging.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

Writes::Writes(const Context& context, const std::optional<LockSpec>& locks,
               const std::optional<WalSpec>& wal, const std::optional<DatabaseDiskSpec>& disk,
               bool fences)
    : context_(context),
      has_locks_(locks.has_value()),
      rules_(locks.value_or(LockSpec{})),
      wal_(wal ? std::make_unique<Wal>(*wal, context) : nullptr),
      fencing_(context, fences),
      hold_time_(rules_.hold_time.build()),
      hold_draws_(context.stream("lock hold time")),
      row_draws_(context.stream("rows of a write")),
      locks_(context.scheduler(), {rules_.wait_timeout, rules_.detect_deadlocks}) {
    if (has_locks_) lock_wait_.emplace(context, "lock_wait");
    if (disk) disk_.emplace(*disk, context);
}

void Writes::dismiss() {
    if (wal_) wal_->dismiss();
    if (disk_) disk_->dismiss();
}

void Writes::add_resources(sim::Meter& meter) const {
    if (has_locks_) meter.only_resource("row locks", locks_);
    if (wal_ != nullptr && wal_->waits()) meter.only_resource("log flush", *wal_);
    if (disk_) meter.only_resource("disk space", *disk_);
}

sim::Task<Cause> Writes::lock(Request request, RowLocks::Transaction& transaction) {
    sim::Draws draws(sim::request_key(hold_draws_, request.identity));
    for (const RowLocks::Key row : rows_of(request)) {
        const sim::Time wanted = context_.now();
        const bool waits = locks_.is_taken(transaction, row);
        const Cause trouble = co_await locks_.lock(transaction, row);
        if (waits) co_await sim::sleep(context_.scheduler(), rules_.handover_time);
        context_.meter.spent_at(request.endpoint, Spent::lock, context_.now() - wanted);
        spent_in(context_.world, request, Spent::lock, wanted, context_.now());
        if (trouble != Cause::none) co_return trouble;
        if (lock_wait_ && wanted >= context_.world.recorder.measured_from()) {
            lock_wait_->add(context_.now() - wanted);
        }
        const sim::Duration held = hold_time_.sample_duration(draws);
        co_await sim::sleep(context_.scheduler(), held);
        context_.meter.spent_at(request.endpoint, Spent::service, held);
        worked_in(context_.world, request, context_.now() - held, {});
    }
    co_return Cause::none;
}

// The item's, and others that the request draws.
std::vector<RowLocks::Key> Writes::rows_of(const Request& request) const {
    sim::Draws draws(sim::request_key(row_draws_, request.identity));
    std::vector<RowLocks::Key> rows = {request.key};
    if (!is_item(request.key)) return rows;
    while (rows.size() < rules_.rows) rows.push_back(draws.below(rules_.among));
    if (rules_.ordered) std::ranges::sort(rows);
    return rows;
}

sim::Task<std::optional<std::uint64_t>> Writes::log(Request request, std::size_t writes) {
    if (!wal_) co_return std::uint64_t{0};
    const sim::Time began = context_.now();
    const std::optional<std::uint64_t> position = co_await wal_->commit(writes);
    context_.meter.spent_at(request.endpoint, Spent::service, context_.now() - began);
    worked_in(context_.world, request, began, {});
    co_return position;
}

sim::Task<bool> Writes::flushed_to(std::uint64_t position) {
    if (!wal_) co_return true;
    const bool is_there = co_await wal_->flushed_to(position);
    co_return is_there;
}

void Writes::commit(const Request& request, std::uint64_t position, Response& response) {
    const std::uint64_t before = ledger_.committed(request.key);
    response.missing = false;
    response.version = request.version == 0 ? ledger_.commit(request.key)
                                            : ledger_.commit(request.key, request.version);
    acknowledge(ledger_, request, response.version);
    if (request.within != 0) tokens_.wrote(request.key, fencing_.token_of(request));
    const Change change{position, request.key, request.operation_id(), request.user};
    for (Follower* const each : followers_) each->committed(change);
    if (!wal_) return;
    while (!unflushed_.empty() && unflushed_.front().change.position <= wal_->flushed()) {
        unflushed_.pop_front();
    }
    if (position > wal_->flushed()) {
        unflushed_.push_back({change, response.version, before});
    }
}

// The newest first, so that what is left is as it was before the oldest of them.
void Writes::crash() {
    if (wal_) take_back();
    for (Follower* const each : followers_) each->crashed();
}

void Writes::take_back() {
    wal_->crash();
    while (!unflushed_.empty() && unflushed_.back().change.position > wal_->flushed()) {
        const Unflushed& write = unflushed_.back();
        ledger_.take_back(write.change.key, write.version, write.version_before);
        for (Follower* const each : followers_) each->taken_back(write.change);
        if (context_.now() >= context_.world.recorder.measured_from()) ++lost_commits_;
        unflushed_.pop_back();
    }
    unflushed_.clear();
}

void Writes::begin_measuring() {
    if (wal_) wal_->begin_measuring();
    if (disk_) disk_->begin_measuring();
}

void Writes::finish(sim::NodeRecord& record) const {
    fencing_.finish(record);
    if (wal_) {
        wal_->finish(record);
        record.measures.push_back({"lost_commits", "", static_cast<double>(lost_commits_)});
    }
    if (disk_) finish_disks(record, {&*disk_});
    if (!has_locks_) return;
    const auto count = [&](Cause cause) {
        return static_cast<double>(record.causes[static_cast<std::size_t>(cause)]);
    };
    record.measures.push_back({"lock_timeouts", "", count(cause::lock_timeout)});
    record.measures.push_back({"deadlocks", "", count(cause::deadlock)});
    record.measures.push_back(
        {"lock_waiting_peak", "", static_cast<double>(locks_.waiting_peak())});
}

}  // namespace models
