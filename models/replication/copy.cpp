#include "models/replication/copy.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/replication/replicated.h"
#include "sim/sleep.h"

namespace models {

Copy::Copy(Replicated& database, std::uint32_t index)
    : database_(database),
      index_(index),
      program_(database, *this),
      engine_(database.spec(), database.context(),
              {.unnamed = ReplicatedSpec::kReplica, .follows = program_.answering()}),
      workers_(database.context().scheduler(), database.spec().apply_workers),
      delay_(database.spec().replication_delay.build()),
      apply_time_(database.spec().apply_time.build()),
      delays_(database.context().stream(fmt::format("replication delay {}", index))),
      apply_times_(database.context().stream(fmt::format("apply time {}", index))),
      received_(database.context().scheduler()),
      applied_(database.context().scheduler()) {
    program_.link(engine_.inside());
}

Reply Copy::call(Request request) {
    co_return co_await ask(database_.context().world, *this, request);
}

// --- what it has ---

std::uint64_t Copy::version_of(Key key) const {
    if (key == Ledger::kWholeSet) return newest_;
    const auto found = versions_.find(key);
    return found == versions_.end() ? 0 : found->second;
}

void Copy::store(const LogRecord& record) {
    std::uint64_t& version = versions_[record.key];
    version = std::max(version, record.version);
    newest_ = std::max(newest_, record.version);
    checksum_ += WriteLog::checksum_of(record);
}

void Copy::made(std::uint64_t position) {
    received_.set(position);
    applied_.reach(position);
}

void Copy::become_like(const Copy& other) {
    stop();
    versions_ = other.versions_;
    newest_ = other.newest_;
    checksum_ = other.checksum_;
    ahead_.clear();
    apart.clear();
    received_.set(other.applied_.reached());
    applied_.reach(other.applied_.reached());
    applied_.set(other.applied_.reached());
    told_ = received_.reached();
}

sim::Duration Copy::lag() const {
    const WriteLog& log = database_.log();
    const std::uint64_t next = applied_.reached();
    if (leads || !log.has(next)) return sim::Duration::zero();
    return database_.context().now() - log[next].at;
}

// --- following ---

void Copy::follow() {
    linked_at_ = last_arrival_ = database_.context().now();
    answers_due_.clear();
    const bool when_applied = database_.spec().acknowledge_when == AcknowledgeWhen::applied;
    told_ = when_applied ? applied_.reached() : received_.reached();
    receiving_.dismiss();
    receiving_.run(receive());
    if (database_.spec().acknowledge != Acknowledge::at_once) receiving_.run(tell());
    start_applying();
}

void Copy::stop_receiving() {
    receiving_.dismiss();
}

// Anew from what it has; what was being applied begins again.
void Copy::start_applying() {
    applying_.dismiss();
    last_writer_.clear();
    applying_.run(apply());
}

sim::Time Copy::arrival_of(const LogRecord& record, sim::Time sent, std::uint64_t way) const {
    sim::Draws draws(sim::request_key(delays_ + way, record.version));
    return std::max(sent, linked_at_) + delay_.sample_duration(draws);
}

sim::Task<void> Copy::receive() {
    const bool tells = database_.spec().acknowledge != Acknowledge::at_once;
    const bool when_applied = database_.spec().acknowledge_when == AcknowledgeWhen::applied;
    for (;;) {
        const std::uint64_t next = received_.reached();
        co_await database_.log_end().until(next + 1);
        const LogRecord record = database_.log()[next];
        last_arrival_ = std::max(last_arrival_, arrival_of(record, record.at, 0));
        co_await sim::sleep_until(database_.context().scheduler(), last_arrival_);
        if (tells && !when_applied) {
            answers_due_.push_back(arrival_of(record, database_.context().now(), 1));
        }
        received_.reach(next + 1);
    }
}

// The replica's answers reach the primary in order, too.
sim::Task<void> Copy::tell() {
    const bool when_applied = database_.spec().acknowledge_when == AcknowledgeWhen::applied;
    for (;;) {
        if (when_applied) {
            co_await applied_.until(told_ + 1);
        } else {
            co_await received_.until(told_ + 1);
        }
        const sim::Time due = answers_due_.front();
        answers_due_.pop_front();
        co_await sim::sleep_until(database_.context().scheduler(), due);
        ++told_;
        database_.replica_told();
    }
}

sim::Task<void> Copy::apply() {
    std::uint64_t next = applied_.reached();
    const sim::Duration delay = database_.spec().apply_delay;
    for (;;) {
        co_await received_.until(next + 1);
        if (ahead_.contains(next)) {
            ++next;
            continue;
        }
        const LogRecord record = database_.log()[next];
        co_await sim::sleep_until(database_.context().scheduler(), record.at + delay);
        if (const std::uint64_t before = writer_before(record.key, next)) {
            co_await applied_.until(before);
        }
        applying_.run(apply_one(next++, record, co_await workers_.take()));
    }
}

// How far all must be applied before this one may begin, as it writes a row that another has
// written: MySQL's writesets (binlog_transaction_dependency_tracking = WRITESET), with which the
// coordinator waits for the low-water mark. 0: no other is under way.
std::uint64_t Copy::writer_before(Key key, std::uint64_t position) {
    if (database_.spec().apply_workers == 1) return 0;
    return std::exchange(last_writer_[key], position + 1);
}

sim::Task<void> Copy::apply_one(std::uint64_t position, LogRecord record, sim::Place worker) {
    sim::Draws draws(sim::request_key(apply_times_, record.version));
    co_await engine_.cpu().work(apply_time_.sample_duration(draws));
    if (database_.spec().preserve_commit_order) co_await applied_.until(position);
    finish_applying(position, record);
    worker.give_back();
}

void Copy::finish_applying(std::uint64_t position, const LogRecord& record) {
    store(record);
    ahead_.insert(position);
    std::uint64_t reached = applied_.reached();
    const bool when_applied = database_.spec().acknowledge_when == AcknowledgeWhen::applied;
    while (!ahead_.empty() && *ahead_.begin() == reached) {
        ahead_.erase(ahead_.begin());
        ++reached;
        if (when_applied && database_.spec().acknowledge != Acknowledge::at_once) {
            answers_due_.push_back(arrival_of(record, database_.context().now(), 1));
        }
    }
    applied_.reach(reached);
}

// --- coming and going ---

std::string_view Copy::role() const {
    return &database_.primary() == this ? kPrimaryRole : kReplicaRole;
}

void Copy::take_down() {
    ++failures_;
    if (!engine_.take_down()) return;
    stop();
    database_.lost(*this);
}

void Copy::bring_up() {
    engine_.bring_up();
    if (--failures_ == 0) database_.back(*this);
}

void Copy::cut_off() {
    if (cuts_++ > 0) return;
    receiving_.dismiss();
    if (is_up()) database_.lost(*this);
}

void Copy::reconnect() {
    if (--cuts_ == 0 && failures_ == 0) database_.back(*this);
}

void Copy::fence() {
    fenced_ = true;
    engine_.take_down();
    stop();
}

void Copy::unfence() {
    if (!std::exchange(fenced_, false)) return;
    engine_.bring_up();
}

void Copy::stop() {
    receiving_.dismiss();
    applying_.dismiss();
}

}  // namespace models
