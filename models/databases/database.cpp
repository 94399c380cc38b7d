#include "models/databases/database.h"

#include <algorithm>

#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

Abilities Database::Spec::suffers() const {
    return suffers_as(abilities_of<Database>());
}

Database::Database(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      wal_(spec.wal ? std::make_unique<Wal>(*spec.wal, context) : nullptr),
      visit_(context),
      commit_(*this),
      answer_(*this),
      engine_(spec, context,
              {.wal = wal_.get(),
               .around = visit_.inside(),
               .follows = has_story() ? static_cast<Block*>(&commit_) : &answer_}),
      connection_limit_(spec.max_connections),
      hold_time_(spec.locks.value_or(LockSpec{}).hold_time.build()),
      hold_draws_(context.stream("lock hold time")),
      row_draws_(context.stream("rows of a write")),
      locks_(context.scheduler(), {spec.locks.value_or(LockSpec{}).wait_timeout,
                                   spec.locks.value_or(LockSpec{}).detect_deadlocks}) {
    // 0 is a query without a name.
    context_.meter.split_by_endpoint(spec.endpoint_names(), 1);
    engine_.sample(context.meter);
    visit_.link(engine_.first());
    commit_.link(engine_.inside(), &answer_);
    answer_.link(engine_.inside(), nullptr);
}

// Row after row; what it has locked is free again when it is over, whatever became of it.
Reply Database::write_locked(Request request) {
    const LockSpec& rules = *spec_.locks;
    const std::uint32_t times_down = engine_.times_down();
    sim::Draws draws(sim::request_key(hold_draws_, request.identity));
    RowLocks::Transaction transaction(locks_);
    for (const RowLocks::Key row : rows_of(request)) {
        const sim::Time wanted = context_.now();
        const bool waits = locks_.is_taken(transaction, row);
        const Cause trouble = co_await locks_.lock(transaction, row);
        if (waits) co_await sim::sleep(context_.scheduler(), rules.handover_time);
        context_.meter.spent_at(request.endpoint, Spent::lock, context_.now() - wanted);
        spent_in(context_.world, request, Spent::lock, wanted, context_.now());
        if (trouble != Cause::none) co_return Response{Outcome::failed, trouble};
        if (wanted >= context_.world.recorder.measured_from()) {
            lock_wait_ += context_.now() - wanted;
            ++locks_taken_;
        }
        const sim::Duration held = hold_time_.sample_duration(draws);
        co_await sim::sleep(context_.scheduler(), held);
        context_.meter.spent_at(request.endpoint, Spent::service, held);
        worked_in(context_.world, request, context_.now() - held, {});
    }
    if (engine_.times_down() != times_down) co_return Response{Outcome::failed, Cause::reset};
    if (!wal_) co_return answer(request);
    co_return co_await commit(request);
}

// It is in the database when its record is on disk, or, if commits do not wait, until a crash.
Reply Database::commit(Request request) {
    const sim::Time began = context_.now();
    const std::optional<std::uint64_t> position = co_await wal_->commit();
    context_.meter.spent_at(request.endpoint, Spent::service, context_.now() - began);
    worked_in(context_.world, request, began, {});
    if (!position) co_return Response{Outcome::failed, Cause::reset};
    const std::uint64_t before = ledger_.committed(request.key);
    const Response response = answer(request);
    while (!unflushed_.empty() && unflushed_.front().position <= wal_->flushed()) {
        unflushed_.pop_front();
    }
    if (*position > wal_->flushed()) {
        unflushed_.push_back({*position, request.key, response.version, before});
    }
    co_return response;
}

// The newest first, so that what is left is as it was before the oldest of them.
void Database::lose_unflushed() {
    wal_->crash();
    while (!unflushed_.empty() && unflushed_.back().position > wal_->flushed()) {
        const Unflushed& write = unflushed_.back();
        ledger_.take_back(write.key, write.version, write.version_before);
        if (context_.now() >= context_.world.recorder.measured_from()) ++lost_commits_;
        unflushed_.pop_back();
    }
    unflushed_.clear();
}

void Database::take_down() {
    if (engine_.take_down() && wal_) lose_unflushed();
}

void Database::dismiss() {
    if (wal_) wal_->dismiss();
}

// The item's, and others that the request draws.
std::vector<RowLocks::Key> Database::rows_of(const Request& request) const {
    const LockSpec& rules = *spec_.locks;
    sim::Draws draws(sim::request_key(row_draws_, request.identity));
    std::vector<RowLocks::Key> rows = {request.key};
    while (rows.size() < rules.rows) rows.push_back(draws.below(rules.among));
    if (rules.ordered) std::ranges::sort(rows);
    return rows;
}

Response Database::answer(const Request& request) {
    Response response = engine_.answer_about(request.key);
    if (request.is_write) {
        response.missing = false;
        response.version = request.version == 0 ? ledger_.commit(request.key)
                                                : ledger_.commit(request.key, request.version);
        if (!request.is_relayed) ledger_.acknowledge(request.key, response.version);
        return response;
    }
    response.version = ledger_.committed(request.key);
    return response;
}

void Database::begin_measuring() {
    engine_.begin_measuring();
    if (wal_) wal_->begin_measuring();
}

void Database::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    record.instances = 1;
    record.utilisation = engine_.utilisation();
    record.connections_in_use = engine_.connections_in_use();
    record.waiting_peak = engine_.waiting_peak();
    record.cost_usd = spec_.price.usd_per_hour * measured / 3600;
    record.measures.push_back({"connections_peak", "", engine_.connections_peak()});
    if (connection_limit_.peak() > 0) {
        record.measures.push_back(
            {"connections_open_peak", "", static_cast<double>(connection_limit_.peak())});
        record.measures.push_back(
            {"connections_refused", "", static_cast<double>(connection_limit_.refused())});
        const auto each = static_cast<double>(spec_.memory_per_connection.count);
        record.measures.push_back({"connection_memory_peak", "bytes",
                                   each * static_cast<double>(connection_limit_.peak())});
    }
    engine_.finish(record);
    if (wal_) {
        wal_->finish(record);
        record.measures.push_back({"lost_commits", "", static_cast<double>(lost_commits_)});
    }
    if (!spec_.locks) return;
    const auto count = [&](Cause cause) {
        return static_cast<double>(record.causes[static_cast<std::size_t>(cause)]);
    };
    const double taken = locks_taken_ > 0 ? static_cast<double>(locks_taken_) : 1;
    record.measures.push_back({"lock_wait", "s", sim::seconds(lock_wait_) / taken});
    record.measures.push_back({"lock_timeouts", "", count(Cause::lock_timeout)});
    record.measures.push_back({"deadlocks", "", count(Cause::deadlock)});
    record.measures.push_back(
        {"lock_waiting_peak", "", static_cast<double>(locks_.waiting_peak())});
}

}  // namespace models
