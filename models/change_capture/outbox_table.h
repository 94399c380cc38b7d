// The table of an outbox that is polled: rows that are committed and not marked as sent, in the
// order in which they were inserted.
//
// A row whose request is traced has a span of its own, from its insert until it is marked, with
// events: NEW when it commits, polled by each query that finds it, SENT.
//
// A query sees them when the database answers it, and an update marks them when the database
// commits it, whoever hears of either.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "models/calls/tally.h"
#include "models/change_capture/outbox_rows.h"

namespace models {

class OutboxTable final : public Outbox, public Follower {
public:
    OutboxTable(const Context& context, const Changes* const& changes);

    struct Row {
        std::uint64_t number = 0;
        Event event{};
    };

    std::uint64_t insert(const Request& request) override;
    void forget(std::uint64_t row) override;

    // A query for the first rows: the key that it is asked with. A transaction that claims them
    // passes over those that another one has (FOR UPDATE SKIP LOCKED); 0: it claims none.
    std::uint64_t ask(std::size_t most, std::uint32_t claimant);
    // What it found, once; nothing when it was not answered.
    std::vector<Row> take(std::uint64_t query);
    // The transaction is over.
    void release(std::uint32_t claimant);

    // An update that marks these as sent: the key that it is made with.
    std::uint64_t mark(std::vector<std::uint64_t> rows);
    // It has failed.
    void forget_mark(std::uint64_t update) { marks_.erase(update); }

    // One was acknowledged; whether it had been before.
    bool published(const Row& row);

    double unsent() const { return static_cast<double>(unsent_.size()); }

private:
    struct Unsent {
        Event event;
        std::uint32_t claimant = 0;
        bool is_published = false;
    };
    struct Query {
        std::size_t most;
        std::uint32_t claimant;
        std::vector<Row> found{};
    };
    struct Marked {
        std::uint64_t position;
        std::map<std::uint64_t, Unsent> rows;
    };

    void note(sim::SpanNumber span, std::string_view what);
    void end(sim::SpanNumber span, Outcome outcome);
    void committed(const Change& change) override;
    void rolled_back(std::uint64_t key) override;
    void read(std::uint64_t key) override;
    void taken_back(const Change& change) override;
    void mark_as_sent(std::uint64_t position, const std::vector<std::uint64_t>& rows,
                      std::uint64_t update);

    const Context& context_;
    const Changes* const& changes_;
    OutboxRows rows_;
    std::map<std::uint64_t, Unsent> unsent_;
    std::map<std::uint64_t, Query> queries_;
    std::map<std::uint32_t, std::vector<std::uint64_t>> claims_;  // by transaction
    std::map<std::uint64_t, std::vector<std::uint64_t>> marks_;
    std::map<std::uint64_t, Marked> unflushed_;  // marked, and a crash would take that
    Tally inserted_, unsent_peak_;
};

}  // namespace models
