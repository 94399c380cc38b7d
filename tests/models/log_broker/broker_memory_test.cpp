// The memory of brokers' containers, and the loss of their disks.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::play;

namespace {

// 100 records of 100 KiB a second, for 60 s.
std::string brokers(int count, const std::string& kafka, const std::string& topic,
                    const std::string& failures) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "app.put", "rate": "100/s", "arrivals": "constant"}},
        "app": {{"kind": "server", "threads": 10000, "memory": "64GiB",
                 "endpoints": {{"put": [{{"publish": "kafka.logs", "record_size": "100KiB"}}]}}}},
        "kafka": {{"kind": "kafka", "brokers": {}, {} "topics": {{"logs": {{{}}}}}}}}},
        "failures": [{}]}})",
                       count, kafka, topic, failures);
}

constexpr const char* kDiskIsLost =
    R"({"kind": "disk_loss", "target": "kafka[0]", "at": "20s", "lasts": "20s"})";

double mean_time_s(const sim::Recording& run, const std::string& name) {
    double sum = 0;
    double count = 0;
    const auto& slices = support::node(run, name).slices;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        sum += slices[i].latency_sum_s;
        count += static_cast<double>(slices[i].finished);
    }
    return sum / count;
}

}  // namespace

TEST_CASE("with the disk of the only replica all is lost that was retained") {
    const auto run = play(brokers(1, "", R"("replication_factor": 1)", kDiskIsLost));
    CHECK(measure(run, "kafka", "lost") == doctest::Approx(2000).epsilon(0.005));
    CHECK(measure(run, "kafka", "lost") + measure(run, "kafka", "retained") ==
          measure(run, "kafka", "published"));
}

TEST_CASE("what others have in sync is not lost, and is copied to the new disk") {
    const auto run = play(brokers(3, R"("disk": {},)", R"("replication_factor": 3)", kDiskIsLost));
    CHECK(measure(run, "kafka", "lost") == 0);
    CHECK(measure(run, "kafka", "disk_used") == measure(run, "kafka", "retained_bytes"));
}

TEST_CASE("what retention has deleted before the disk is lost is not lost with it") {
    const auto run = play(brokers(
        1, R"("retention_check_interval": "1s",)",
        R"("replication_factor": 1, "retention": "5s", "segment_bytes": "1000KiB")", kDiskIsLost));
    CHECK(measure(run, "kafka", "lost") < 700);
    CHECK(measure(run, "kafka", "lost") > 400);
    CHECK(measure(run, "kafka", "lost") + measure(run, "kafka", "retained") +
              measure(run, "kafka", "expired") ==
          measure(run, "kafka", "published"));
}

TEST_CASE("a broker that was down reads its last segment again before it serves") {
    const auto run =
        play(brokers(1, R"("disk": {"bandwidth": "20MiB"},)", R"("replication_factor": 1)",
                     R"({"kind": "crash", "target": "kafka", "at": "20s", "lasts": "1s"})"));
    // 2000 records of 100 KiB, at 20 MiB/s.
    CHECK(measure(run, "kafka", "recovery_time") == doctest::Approx(9.77).epsilon(0.01));
}

TEST_CASE("a container is killed beyond its limit, with back-off, until what took it has gone") {
    const auto run = play(brokers(
        1, R"("memory": {"limit": "1GiB", "heap": "512MiB", "restart_time": "1s"},)",
        R"("replication_factor": 1)",
        R"({"kind": "memory_stress", "target": "kafka", "bytes": "1GiB", "at": "10s", "lasts": "30s"})"));
    // At 10 s and, as it starts again, at 11, 22 and 43 s less: 1, 10 + 1, 20 + 1.
    CHECK(measure(run, "kafka", "out_of_memory") == 3);
    CHECK(measure(run, "kafka", "lost") == 0);
}

// 9.8 MiB/s are appended and 8 written, so what is dirty grows by 1.8 MiB/s: 106 MiB in the end.
// A fifth of 7 GiB of page cache holds that; a fifth of what 7 GiB more leave (200 to 524 MiB), for
// less than a minute.
TEST_CASE("what a container's heap and others leave is the page cache") {
    const auto late = [](const std::string& failures) {
        return play(brokers(1, R"("disk": {"bandwidth": "8MiB"},
                "memory": {"limit": "8GiB", "heap": "512MiB"},)",
                            R"("replication_factor": 1)", failures));
    };
    const auto usual = late("");
    const auto squeezed = late(
        R"({"kind": "memory_stress", "target": "kafka", "bytes": "7GiB", "at": "1s", "lasts": "59s"})");
    CHECK(measure(usual, "kafka", "out_of_memory") == 0);
    CHECK(measure(squeezed, "kafka", "out_of_memory") == 0);
    CHECK(mean_time_s(usual, "clients") < 0.1);
    CHECK(mean_time_s(squeezed, "clients") > 1);
}
