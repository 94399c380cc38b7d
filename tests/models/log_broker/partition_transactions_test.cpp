// How far a log is stable, and which of its records are of a transaction that was aborted.
#include "models/log_broker/partition_transactions.h"

#include <doctest/doctest.h>

#include <vector>

using models::Marker;
using models::Offset;
using models::Record;

namespace {

// A log of one epoch, with the transactions in it.
struct LogOfTransactions {
    void add(std::uint32_t producer, Marker marker = Marker::none, std::uint16_t epoch = 1) {
        Record record = of(producer, epoch);
        record.marker = marker;
        transactions.note(record, log.end());
        log.append(1, store.add(record), record, {1U << 30U, std::chrono::hours(1)});
    }
    static Record of(std::uint32_t producer, std::uint16_t epoch) {
        Record record;
        record.producer = producer;
        record.epoch = epoch;
        record.is_transactional = producer != 0;
        return record;
    }
    std::vector<Offset> settle(Offset high_watermark) {
        std::vector<Offset> aborted;
        transactions.settle(high_watermark, log, store, [&](Record& each) {
            aborted.push_back(static_cast<Offset>(&each - &store[0]));
        });
        return aborted;
    }
    models::RecordStore store;
    models::ReplicaLog log;
    models::PartitionTransactions transactions;
};

}  // namespace

TEST_CASE("a log is stable up to the first record of a transaction that is not over") {
    LogOfTransactions of;
    of.add(0);
    CHECK(of.transactions.last_stable(1) == 1);
    of.add(7);
    of.add(0);
    of.add(8);
    CHECK(of.transactions.last_stable(4) == 1);
    CHECK(of.transactions.last_stable(1) == 1);
    of.add(7, Marker::commit);
    // The marker is at 4: until that is committed to the log, nothing has changed.
    CHECK(of.settle(4).empty());
    CHECK(of.transactions.last_stable(4) == 1);
    CHECK(of.settle(5).empty());
    CHECK(of.transactions.last_stable(5) == 3);
    of.add(8, Marker::commit);
    CHECK(of.settle(6).empty());
    CHECK(of.transactions.last_stable(6) == 6);
}

TEST_CASE("what was aborted is of that producer alone, and of that transaction") {
    LogOfTransactions of;
    of.add(7);
    of.add(7, Marker::commit);
    of.add(7);
    of.add(8);
    of.add(0);
    of.add(7);
    of.add(7, Marker::abort);
    CHECK(of.settle(6).empty());
    CHECK(of.settle(7) == std::vector<Offset>{2, 5});
    CHECK(of.transactions.last_stable(7) == 3);
    of.add(8, Marker::commit);
    CHECK(of.settle(8).empty());
}

TEST_CASE("a producer is fenced by a marker of a higher epoch, too") {
    LogOfTransactions of;
    of.add(7);
    CHECK_FALSE(of.transactions.is_fenced(LogOfTransactions::of(7, 1)));
    of.add(7, Marker::abort, 2);
    CHECK(of.transactions.is_fenced(LogOfTransactions::of(7, 1)));
    CHECK_FALSE(of.transactions.is_fenced(LogOfTransactions::of(7, 2)));
    CHECK_FALSE(of.transactions.is_fenced(LogOfTransactions::of(8, 1)));
}
