// One copy of a replicated database: a machine, the versions of the items it has, and how it leads
// or follows: a primary ships its log to each replica (log_shipping.h), which applies what it has
// received, and tells the primary where that waits for it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "models/data/fencing.h"
#include "models/data/key_map.h"
#include "models/data/watermark.h"
#include "models/engines/database_disk.h"
#include "models/engines/engine.h"
#include "models/node.h"
#include "models/replicated/copy_program.h"
#include "models/replicated/replicated_spec.h"
#include "models/replication/heartbeat.h"
#include "models/replication/log_shipping.h"
#include "models/replication/write_log.h"
#include "sim/task_group.h"

namespace models {

class Replicated;

class Copy final : public Instance,
                   public Crashable,
                   public Slowable,
                   public Partitionable,
                   public Injectable,
                   public DiskFilling,
                   public DiskLosing,
                   public Hosted {
public:
    using Key = Ledger::Key;

    Copy(Replicated& database, std::uint32_t index);

    // Asked past the node, by a proxy, say: this very machine answers.
    Go enter(Call&) override { return program_.enter(); }
    Reply call(Request request) override;
    bool is_up() const override { return engine_.is_up(); }
    std::uint32_t times_down() const override { return engine_.times_down(); }
    sim::Duration backlog() const override { return engine_.backlog(); }
    void take_down() override;
    void bring_up() override;
    Ways ways_to_others() override;
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }
    Injection* injection() override { return engine_.injection(); }
    sim::Cpu& cores() override { return engine_.cpu(); }
    std::string_view role() const override;

    std::uint32_t index() const { return index_; }
    Engine& engine() { return engine_; }
    // Null without one.
    void fill_disk(std::int64_t bytes) override { disk_->fill(bytes); }
    void lose_disk() override;
    // Whether its rows have gone with its disk, and nobody has been told; then they have.
    bool tell_of_loss() { return std::exchange(has_lost_disk_, false); }
    DatabaseDisk* disk() { return disk_ ? &*disk_ : nullptr; }
    sim::Use workers_use() const { return workers_.use(); }
    PlaceId place() const override { return inbox_.place(); }
    Mailbox<Heartbeat>& inbox() { return inbox_; }
    // No crash has it now; it may still be switched off.
    bool is_healthy() const { return failures_ == 0; }
    void dismiss();

    // Takes writes, as far as it knows.
    bool leads = false;
    // Whose log it has followed, counted in primaries.
    std::size_t term = 1;
    // Records that it alone has, as a primary that was replaced and did not know.
    std::vector<LogRecord> apart;
    std::uint64_t requests = 0;

    std::uint64_t version_of(Key key) const;
    void store(const LogRecord& record);
    const FencingTokens& tokens() const { return tokens_; }
    const KeyMap<std::uint64_t>& versions() const { return versions_; }

    // Switched off by whoever promotes another, and on again.
    void fence();
    void unfence();

    // From now on it gets the primary's records; it has those before its position.
    void follow();
    // No more are taken; what was received is still applied.
    void stop_receiving() { ++connection_; }
    // Those who follow it get the last record of the log.
    void ship_last();
    // What it has not sent is not sent any more.
    void stop_shipping();
    void let_go(const Copy& follower);
    // The log that it follows is not the one that counts any more.
    void abandon_log();
    // Has what the other has, whatever it had before.
    void become_like(const Copy& other);
    // It made the log itself so far.
    void made(std::uint64_t position);

    Watermark& received() { return received_; }
    Watermark& applied() { return applied_; }
    // Of those that the primary knows it has.
    std::uint64_t told() const { return told_; }
    // Applied, in order or not.
    std::uint64_t applied_count() const { return applied_.reached() + ahead_.size(); }
    // Of what it has applied; a prefix of the log exactly when it is the log's at that position.
    std::uint64_t checksum() const { return checksum_; }
    // How old the oldest record is that it has not applied.
    sim::Duration lag() const;

private:
    struct Shipped {
        std::uint64_t connection;
        std::uint64_t position;
    };
    struct Told {
        std::uint32_t from;
        std::size_t term;
        std::uint64_t position;
    };
    // The way to another copy: of the log, if this one leads, or of what it tells that one.
    struct Way {
        std::unique_ptr<LogShipping<Shipped>> log;
        std::unique_ptr<Channel<Told>> told;
        std::optional<std::uint64_t> connection;  // nothing is shipped without one
    };

    Way& way_to(const Copy& other);
    void ship(Copy& to, std::uint64_t position);
    void take(const Shipped& shipped);
    void tell(std::uint64_t position);
    void hear(const Told& told);
    sim::Task<void> answer(Heartbeat ping);
    void renew_lease(const Heartbeat& ping);
    sim::Task<void> lose_lease_at(sim::Time when);
    sim::Task<void> apply();
    sim::Task<void> apply_one(std::uint64_t position, LogRecord record, sim::Permit worker);
    std::uint64_t writer_before(Key key, std::uint64_t position);
    void finish_applying(std::uint64_t position, const LogRecord& record);
    void start_applying();
    void stop();

    Replicated& database_;
    std::uint32_t index_;
    CopyProgram program_;
    Engine engine_;
    std::optional<DatabaseDisk> disk_;
    sim::Semaphore workers_;
    Mailbox<Heartbeat> inbox_;
    Mailbox<Shipped> log_box_;
    Mailbox<Told> told_box_;
    Sender sender_;
    std::vector<Way> ways_;  // by copy
    sim::Distribution apply_time_;
    std::uint64_t apply_times_;

    KeyMap<std::uint64_t> versions_;
    FencingTokens tokens_;
    std::uint64_t newest_ = 0;
    std::uint64_t checksum_ = 0;
    bool has_lost_disk_ = false;
    Watermark received_;
    Watermark applied_;
    std::set<std::uint64_t> ahead_;      // applied before those before them
    KeyMap<std::uint64_t> last_writer_;  // behind the last record of each row
    std::uint64_t told_ = 0;
    std::uint64_t connection_ = 0;
    std::uint32_t failures_ = 0;
    bool fenced_ = false;
    sim::TaskGroup applying_, answering_, lease_;
};

}  // namespace models
