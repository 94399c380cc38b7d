// One copy of a replicated database: a machine, the versions of the items it has, and, on a
// replica, how it follows the primary's log: it receives records in order, applies them, and tells.
#pragma once

#include <deque>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/data/watermark.h"
#include "models/databases/engine.h"
#include "models/node.h"
#include "models/replication/copy_program.h"
#include "models/replication/replicated_spec.h"
#include "models/replication/write_log.h"
#include "sim/crew.h"

namespace models {

class Replicated;

class Copy final : public Instance,
                   public Crashable,
                   public Slowable,
                   public Partitionable,
                   public Injectable {
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
    void cut_off() override;
    void reconnect() override;
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }
    Injection* injection() override { return engine_.injection(); }
    std::string_view role() const override;

    std::uint32_t index() const { return index_; }
    Engine& engine() { return engine_; }
    bool is_connected() const { return is_up() && cuts_ == 0; }
    // No failure strikes it now; it may still be switched off.
    bool is_healthy() const { return failures_ == 0 && cuts_ == 0; }

    // Takes writes, as far as it knows.
    bool leads = false;
    // Whose log it has followed, counted in primaries.
    std::size_t reign = 1;
    // Records that it alone has, as a primary that was replaced and did not know.
    std::vector<LogRecord> apart;
    std::uint64_t requests = 0;

    std::uint64_t version_of(Key key) const;
    void store(const LogRecord& record);
    const std::unordered_map<Key, std::uint64_t>& versions() const { return versions_; }

    // Switched off by whoever promotes another, and on again.
    void fence();
    void unfence();

    // From now on it gets the log's records; it has those before its position.
    void follow();
    // No more come; what was received is still applied.
    void stop_receiving();
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
    sim::Task<void> receive();
    sim::Task<void> apply();
    sim::Task<void> apply_one(std::uint64_t position, LogRecord record, sim::Place worker);
    sim::Task<void> tell();
    std::uint64_t writer_before(Key key, std::uint64_t position);
    void finish_applying(std::uint64_t position, const LogRecord& record);
    void start_applying();
    void stop();
    sim::Time arrival_of(const LogRecord& record, sim::Time sent, std::uint64_t way) const;

    Replicated& database_;
    std::uint32_t index_;
    CopyProgram program_;
    Engine engine_;
    sim::Slots workers_;
    sim::Distribution delay_;
    sim::Distribution apply_time_;
    std::uint64_t delays_;
    std::uint64_t apply_times_;

    std::unordered_map<Key, std::uint64_t> versions_;
    std::uint64_t newest_ = 0;
    std::uint64_t checksum_ = 0;
    Watermark received_;
    Watermark applied_;
    std::set<std::uint64_t> ahead_;                       // applied before those before them
    std::unordered_map<Key, std::uint64_t> last_writer_;  // behind the last record of each row
    std::uint64_t told_ = 0;
    std::deque<sim::Time> answers_due_;  // of the records it has and has not told of
    sim::Time linked_at_{};              // since when records are sent to it
    sim::Time last_arrival_{};
    std::uint32_t failures_ = 0;
    std::uint32_t cuts_ = 0;
    bool fenced_ = false;
    sim::Crew receiving_, applying_;
};

}  // namespace models
