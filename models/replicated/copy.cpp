#include "models/replicated/copy.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/replicated/replicated.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::uint32_t kToldBytes = 64;

}  // namespace

Copy::Copy(Replicated& database, std::uint32_t index)
    : database_(database),
      index_(index),
      program_(database, *this),
      engine_(database.spec(), database.context(),
              {.unnamed = ReplicatedSpec::kReplica, .follows = program_.answering()}),
      workers_(database.context().scheduler(), database.spec().apply_workers),
      inbox_(database.context().world,
             database.places().add(fmt::format("{}[{}]", database.context().name, index))),
      log_box_(database.context().world, inbox_.place()),
      told_box_(database.context().world, inbox_.place()),
      sender_(database.context(), &database.places().links(), inbox_.place(),
              fmt::format("copy {}", index)),
      apply_time_(database.spec().apply_time.build()),
      apply_times_(database.context().stream(fmt::format("apply time {}", index))),
      received_(database.context().scheduler()),
      applied_(database.context().scheduler()) {
    if (database.spec().disk) disk_.emplace(*database.spec().disk, database.context());
    engine_.set_speed(speed_of(database.spec().instances, index));
    program_.link(engine_.inside());
    inbox_.handle([this](const Heartbeat& ping) { answering_.run(answer(ping)); });
    log_box_.handle([this](const Shipped& shipped) { take(shipped); });
    told_box_.handle([this](const Told& told) { hear(told); });
}

Reply Copy::call(Request request) {
    co_return co_await ask(database_.context().world, *this, request);
}

// --- what it has ---

std::uint64_t Copy::version_of(Key key) const {
    if (key == Ledger::kWholeSet) return newest_;
    const std::uint64_t* const found = versions_.find(key);
    return found == nullptr ? 0 : *found;
}

void Copy::store(const LogRecord& record) {
    std::uint64_t& version = versions_[record.key];
    version = std::max(version, record.version);
    newest_ = std::max(newest_, record.version);
    tokens_.wrote(record.key, record.token);
    checksum_ += WriteLog::checksum_of(record);
}

void Copy::made(std::uint64_t position) {
    received_.set(position);
    applied_.reach(position);
}

void Copy::become_like(const Copy& other) {
    stop();
    versions_ = other.versions_;
    tokens_ = other.tokens_;
    newest_ = other.newest_;
    checksum_ = other.checksum_;
    if (disk_) disk_->become_like(*other.disk_);
    ahead_.clear();
    apart.clear();
    received_.set(other.applied_.reached());
    applied_.reach(other.applied_.reached());
    applied_.set(other.applied_.reached());
    has_lost_disk_ = false;
    told_ = received_.reached();
}

sim::Duration Copy::lag() const {
    const WriteLog& log = database_.log();
    const std::uint64_t next = applied_.reached();
    if (leads || !log.has(next)) return sim::Duration::zero();
    return database_.context().now() - log[next].at;
}

// --- shipping ---

Copy::Way& Copy::way_to(const Copy& other) {
    ways_.resize(database_.copies().size());
    Way& way = ways_[other.index_];
    if (way.log != nullptr) return way;
    Copy& to = *database_.copies()[other.index_];
    const std::string name = fmt::format("log {} to {}", index_, to.index_);
    Links& links = database_.places().links();
    way.log = std::make_unique<LogShipping<Shipped>>(
        database_.context(), LogShipping<Shipped>::Way{links, place(), to.log_box_, name},
        database_.replication_delay());
    way.told = std::make_unique<Channel<Told>>(database_.context(), &links, place(), to.told_box_,
                                               fmt::format("told {} to {}", index_, to.index_));
    return way;
}

void Copy::ship(Copy& to, std::uint64_t position) {
    const LogRecord& record = database_.log()[position];
    Way& way = way_to(to);
    way.log->ship({*way.connection, position}, record.bytes, record.version);
}

void Copy::ship_last() {
    for (Way& way : ways_) {
        if (!way.connection) continue;
        ship(*database_.copies()[static_cast<std::size_t>(&way - ways_.data())],
             database_.log().end() - 1);
    }
}

void Copy::stop_shipping() {
    for (Way& way : ways_) {
        if (way.log == nullptr) continue;
        way.log->stop();
        way.told->reconnect();
        way.connection.reset();
    }
}

// The kernel has closed its connection.
void Copy::let_go(const Copy& follower) {
    if (&follower == this) return;
    Way& way = way_to(follower);
    way.log->stop();
    way.connection.reset();
}

// --- following ---

void Copy::follow() {
    const bool when_applied = database_.spec().acknowledge_when == AcknowledgeWhen::applied;
    told_ = when_applied ? applied_.reached() : received_.reached();
    ++connection_;
    Way& from = database_.primary().way_to(*this);
    from.log->stop();
    from.connection = connection_;
    for (std::uint64_t next = received_.reached(); next < database_.log().end(); ++next) {
        database_.primary().ship(*this, next);
    }
    start_applying();
}

void Copy::take(const Shipped& shipped) {
    if (shipped.connection != connection_) return;
    received_.reach(shipped.position + 1);
    if (database_.spec().acknowledge_when == AcknowledgeWhen::received) tell(received_.reached());
}

// Its answers reach the primary in order, too.
void Copy::tell(std::uint64_t position) {
    if (database_.spec().acknowledge == Acknowledge::at_once || leads) return;
    way_to(database_.primary()).told->send({index_, term, position}, kToldBytes);
}

void Copy::hear(const Told& told) {
    Copy& from = *database_.copies()[told.from];
    if (!leads || !is_up() || told.term != from.term) return;
    from.told_ = std::max(from.told_, told.position);
    database_.replica_told();
}

// Anew from what it has; what was being applied begins again.
void Copy::start_applying() {
    applying_.dismiss();
    last_writer_.clear();
    applying_.run(apply());
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

sim::Task<void> Copy::apply_one(std::uint64_t position, LogRecord record, sim::Permit worker) {
    sim::Draws draws(sim::request_key(apply_times_, record.version));
    co_await engine_.cpu().work(apply_time_.sample_duration(draws));
    if (disk_) co_await disk_->apply();
    if (database_.spec().preserve_commit_order) co_await applied_.until(position);
    finish_applying(position, record);
    worker.give_back();
}

void Copy::finish_applying(std::uint64_t position, const LogRecord& record) {
    store(record);
    ahead_.insert(position);
    std::uint64_t reached = applied_.reached();
    while (!ahead_.empty() && *ahead_.begin() == reached) {
        ahead_.erase(ahead_.begin());
        ++reached;
    }
    applied_.reach(reached);
    if (database_.spec().acknowledge_when == AcknowledgeWhen::applied) tell(reached);
}

// --- being watched ---

// A heartbeat is a query of average length: who is too slow, or stands still, does not answer it.
sim::Task<void> Copy::answer(Heartbeat ping) {
    const std::uint32_t times = times_down();
    Injection* const injection = engine_.injection();
    while (injection != nullptr && injection->hangs()) co_await injection->answers().pass();
    co_await engine_.cpu().work(database_.heartbeat_work());
    if (!is_up() || times != times_down()) co_return;
    renew_lease(ping);
    sender_.send(database_.manager()->inbox(), Heartbeat{index_, ping.sent}, kHeartbeatBytes);
}

// It lasts from when the ping was sent, so it is over before anybody misses its holder.
void Copy::renew_lease(const Heartbeat& ping) {
    if (database_.spec().failover->fencing != Fencing::lease) return;
    if (&database_.primary() != this) return;
    lease_.dismiss();
    lease_.run(lose_lease_at(ping.sent + database_.spec().failover->detect_after));
    database_.lease_renewed();
}

sim::Task<void> Copy::lose_lease_at(sim::Time when) {
    co_await sim::sleep_until(database_.context().scheduler(), when);
    if (leads) database_.lease_lost(*this);
}

// --- coming and going ---

std::string_view Copy::role() const {
    return &database_.primary() == this ? kPrimaryRole : kReplicaRole;
}

void Copy::take_down() {
    ++failures_;
    if (!engine_.take_down()) return;
    stop();
    database_.primary().let_go(*this);
    database_.lost(*this);
}

void Copy::bring_up() {
    engine_.bring_up();
    if (--failures_ == 0) database_.back(*this);
}

// A replica, or one that has been replaced, gets the rows of the primary when it is back.
void Copy::lose_disk() {
    has_lost_disk_ = true;
    versions_.clear();
    tokens_ = {};
    newest_ = 0;
    term = 0;
}

Partitionable::Ways Copy::ways_to_others() {
    return database_.places().ways_from(place());
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
    stop_receiving();
    stop_shipping();
    applying_.dismiss();
    answering_.dismiss();
    lease_.dismiss();
}

void Copy::abandon_log() {
    stop_receiving();
    applying_.dismiss();
}

void Copy::dismiss() {
    if (disk_) disk_->dismiss();
    applying_.dismiss();
    answering_.dismiss();
    lease_.dismiss();
}

}  // namespace models
