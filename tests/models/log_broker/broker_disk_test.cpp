// The disk of Kafka's brokers and the page cache in front of it.
#include "models/log_broker/broker_disk.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "tests/support/play.h"

using models::BrokerDisk;
using models::BrokerDiskSpec;
using models::CachedTail;
using support::measure;
using support::play;

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

sim::Time at(double seconds) {
    return sim::Time(sim::from_seconds(seconds));
}

// 10 MiB/s, and 2 of 10 MiB may wait to be written.
BrokerDiskSpec small_disk() {
    BrokerDiskSpec spec;
    spec.size = sim::Bytes{100 * kMiB};
    spec.bandwidth = sim::Bytes{10 * kMiB};
    spec.page_cache = sim::Bytes{10 * kMiB};
    return spec;
}

double seconds_until_room(BrokerDisk& disk, double now, std::uint64_t bytes) {
    return sim::seconds(disk.wait_of(at(now), bytes));
}

constexpr const char* kReaderIsLate =
    R"({"kind": "crash", "target": "late", "at": "0s", "lasts": "40s"})";

// A record of 100 KiB is published so often, to one broker; a reader comes late.
std::string broker(const std::string& disk, const std::string& rate, const std::string& more = "",
                   const std::string& failures = kReaderIsLate) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "app.put", "rate": "{}", "arrivals": "constant"}},
        "app": {{"kind": "server", "threads": 10000, "memory": "64GiB",
                 "endpoints": {{"put": [{{"publish": "kafka.logs", "record_size": "100KiB", "delivery_timeout": "20s"}}]}}}},
        "late": {{"kind": "server", "threads": 1000, "endpoints": {{"read": []}}}},
        "readers": {{"kind": "consumer_group", "topics": ["kafka.logs"], "handler": "late.read"}},
        "kafka": {{"kind": "kafka", "brokers": 1, "topics": {{"logs": {{"replication_factor": 1{}}}}},
                   "retention_check_interval": "1s", "disk": {{{}}}}}}},
        "failures": [{}]}})",
                       rate, more, disk, failures);
}

}  // namespace

TEST_CASE("whoever appends waits while too much is dirty, as long as the rest takes to write") {
    BrokerDisk disk(small_disk());
    CHECK(seconds_until_room(disk, 0, 2 * kMiB) == 0);
    disk.append(at(0), 2 * kMiB);
    // Half of it has to go, at 10 MiB/s.
    CHECK(seconds_until_room(disk, 0, kMiB) == doctest::Approx(0.1));
    CHECK(seconds_until_room(disk, 0.05, kMiB) == doctest::Approx(0.05));
    CHECK(seconds_until_room(disk, 0.1001, kMiB) == 0);
    // More than may ever be dirty waits until nothing is.
    CHECK(seconds_until_room(disk, 0.1001, 50 * kMiB) == doctest::Approx(0.0999));
    CHECK(seconds_until_room(disk, 0.2001, 50 * kMiB) == 0);
}

TEST_CASE("reads go first, one after the other, and writing goes on in what time is left") {
    BrokerDisk disk(small_disk());
    disk.append(at(0), 2 * kMiB);
    CHECK(sim::seconds(disk.read(at(0), 5 * kMiB)) == doctest::Approx(0.5));
    CHECK(sim::seconds(disk.read(at(0.2), 5 * kMiB)) == doctest::Approx(0.8));
    CHECK(seconds_until_room(disk, 0.2, kMiB) == doctest::Approx(0.9));
    CHECK(seconds_until_room(disk, 1.1001, kMiB) == 0);
    // 1 s of reading, and 0.2 s of writing.
    CHECK(disk.use(at(9)).in_use == doctest::Approx(1.2e9));
}

TEST_CASE("the page cache has what was appended last, and reading old records pushes it out") {
    BrokerDisk disk(small_disk());
    CachedTail tail;
    std::uint64_t offset = 0;
    const auto append = [&](std::uint64_t records) {
        for (std::uint64_t each = 0; each < records; ++each) {
            tail.appended(offset++, 1024, disk);
            disk.append(at(0), 1024);
        }
    };
    append(10 * 1024);
    CHECK(tail.first(disk, offset) == 0);
    append(5 * 1024);
    // Of 15 MiB the last 10, to a mark, which are 10 KiB apart.
    CHECK(tail.first(disk, offset) == doctest::Approx(5 * 1024).epsilon(0.003));
    CHECK(tail.first(disk, offset) >= 5 * 1024);
    disk.read(at(0), 4 * kMiB);
    CHECK(tail.first(disk, offset) == doctest::Approx(9 * 1024).epsilon(0.003));
    disk.read(at(0), 100 * kMiB);
    CHECK(tail.first(disk, offset) == offset);
}

TEST_CASE("a reader of what is in the page cache reads no disk, one that is late does") {
    // 50 records a second for 40 s: 200 MB.
    const std::string all = R"("page_cache": "1GiB", "bandwidth": "100MiB")";
    const sim::Recording cached = play(broker(all, "50/s"));
    CHECK(measure(cached, "readers", "handled") > 2900);
    CHECK(measure(cached, "kafka", "disk_read") == 0);
    const std::string little = R"("page_cache": "50MiB", "bandwidth": "100MiB")";
    const sim::Recording cold = play(broker(little, "50/s"));
    CHECK(measure(cold, "readers", "handled") > 2900);
    // All but the last 50 MiB of 2,000 records, and what was pushed out meanwhile: 512 more at
    // most.
    const double record = 100 * 1024;
    CHECK(measure(cold, "kafka", "disk_read") > 0.99 * (2000 - 512) * record);
    CHECK(measure(cold, "kafka", "disk_read") < 1.01 * (2000 + 512) * record);
}

TEST_CASE("a disk that cannot keep up holds producers to its bandwidth") {
    // 20 MiB/s for 60 s to a disk of 5 MiB/s, of which 10 MiB may wait.
    const std::string slow = R"("page_cache": "50MiB", "bandwidth": "5MiB")";
    const sim::Recording run = play(broker(slow, "204.8/s", "", ""));
    const double bytes = measure(run, "kafka", "appended") * 100 * 1024;
    CHECK(bytes == doctest::Approx(static_cast<double>((5 * 60 + 10) * kMiB)).epsilon(0.01));
}

TEST_CASE("a broker whose disk is full ends, unless retention makes room") {
    const std::string small = R"("size": "100MiB", "used": "50MiB", "bandwidth": "1GiB")";
    const sim::Recording full = play(broker(small, "50/s"));
    // 512 records of 100 KiB, to the batch.
    CHECK(measure(full, "kafka", "appended") <= 512);
    CHECK(measure(full, "kafka", "appended") > 500);
    // From 10 s on the producer's 32 MiB are full with 327 records, which fail after 20 s; so do
    // the next ones.
    CHECK(measure(full, "kafka", "failed_to_publish") == 2 * 327);
    const sim::Recording kept =
        play(broker(small, "50/s", R"(, "retention_bytes": "20MiB", "segment_bytes": "5MiB")"));
    CHECK(measure(kept, "kafka", "appended") > 2900);
    CHECK(measure(kept, "kafka", "disk_used") < static_cast<double>(90 * kMiB));
}
