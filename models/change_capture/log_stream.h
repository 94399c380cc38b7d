// A database's log as a replication slot has it: the changes that are committed, in order, kept
// from where its reader has confirmed on.
//
// Reading is a call at the database: it is answered when there is something on disk to be read, and
// takes core time there.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/blocks/await.h"
#include "models/blocks/block_service.h"
#include "models/calls/tally.h"
#include "models/change_capture/outbox_rows.h"
#include "models/node.h"
#include "sim/gate.h"

namespace models {

class LogStream final : public Outbox, public Follower {
public:
    struct Plan {
        bool only_outbox;
        std::uint32_t most;         // changes that are read at a time
        sim::Duration decode_time;  // of each
    };
    LogStream(const Context& context, const Plan& plan);

    // Before the run.
    void connect(Node& database);

    std::uint64_t insert(const Request& request) override { return rows_.insert(request); }
    void forget(std::uint64_t row) override { rows_.forget(row); }

    struct Entry {
        std::uint64_t number;    // among all that it captures
        std::uint64_t position;  // where it ends in the log
        Event event;
        bool is_published = false;
    };

    // Where reading is called; only the last read that was begun counts: its number is the key.
    Service& service() { return service_; }
    std::uint64_t begin_read(std::uint64_t from);
    // What it found.
    std::vector<Entry> take(std::uint64_t read);

    // An entry is acknowledged; whether it had been before.
    bool published(std::uint64_t number);
    // Never published.
    double unsent() const { return static_cast<double>(end() - published_); }
    // All before that entry are published: the log is kept from there on.
    void confirm(std::uint64_t number);
    std::uint64_t confirmed() const { return first_; }
    // Behind the last entry that there is.
    std::uint64_t end() const { return first_ + entries_.size(); }
    // Bytes of the log that are kept for the slot.
    double kept() const { return static_cast<double>(end_position_ - confirmed_position_); }

private:
    class Reading final : public Await {
    public:
        explicit Reading(LogStream& of) : of_(of) {}
        Reply story(Call& call) override { return of_.serve(call.request.key); }

    private:
        LogStream& of_;
    };

    Reply serve(std::uint64_t number);
    void committed(const Change& change) override;
    void rolled_back(std::uint64_t key) override { rows_.forget(key); }
    void taken_back(const Change& change) override;
    void crashed() override { wake(); }
    void wake();

    const Context& context_;
    Plan plan_;
    Changes* changes_ = nullptr;
    Instance* machine_ = nullptr;
    OutboxRows rows_;
    std::deque<Entry> entries_;
    std::uint64_t first_ = 0;      // the number of the first of them
    std::uint64_t published_ = 0;  // entries
    std::uint64_t end_position_ = 0;
    std::uint64_t confirmed_position_ = 0;
    std::uint64_t reads_ = 0;
    std::uint64_t from_ = 0;
    std::vector<Entry> found_;
    sim::Gate changed_;
    Reading reading_;
    BlockService service_;
    Tally changes_seen_, kept_peak_;
};

}  // namespace models
