// Aggregations and the heaps of data nodes; shards that are allocated anew.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::play;

namespace {

std::string index(const std::string& rate, const std::string& spec, const std::string& failures) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "people": {{"kind": "open_loop", "rate": "{}", "arrivals": "constant", "calls": "index.aggregate"}},
        "index": {{"kind": "elasticsearch", "cores": 64, "heap": "1GiB", {}}}}},
        "failures": [{}]}})",
                       rate, spec, failures);
}

}  // namespace

TEST_CASE("a breaker lets as many aggregations at a time as the heap has room for") {
    // 972.8 MiB less 256: seven of 100 MiB, each for a second in which no collection stops the
    // world, of twenty a second. Some wait for the next that comes: 50 ms of each second, at most.
    const auto run = play(index(
        "20/s", R"("machines": 1, "replicas": 0, "aggregations": {"size": "100MiB", "time": "1s"})",
        ""));
    const double at_work_s = 60 - measure(run, "index", "gc_time");
    CHECK(measure(run, "index", "rejected_by_breaker") ==
          doctest::Approx(20 * 60 - 7 * at_work_s).epsilon(0.03));
    CHECK(measure(run, "index", "out_of_memory") == 0);
    CHECK(measure(run, "index", "gc_time") > 0);
}

TEST_CASE("without a breaker the data node ends, and is back after its restart") {
    const auto run = play(index(
        "20/s",
        R"("machines": 1, "replicas": 0, "aggregations": {"size": "100MiB", "time": "1s", "breaker_type": "none", "restart_time": "10s"})",
        ""));
    // Every ten seconds, and half of one until the heap is full.
    CHECK(measure(run, "index", "out_of_memory") >= 5);
    CHECK(measure(run, "index", "out_of_memory") <= 6);
}

TEST_CASE("copies on a data node that stays away are allocated to another, and copied") {
    const auto lost = [](const std::string& timeout) {
        return play(index(
            "1/s",
            fmt::format(R"("machines": 3, "shards": 3, "preload": 300000, "document_size": "1KiB",
                              "delayed_timeout": "{}", "aggregations": {{"size": "1MiB"}})",
                        timeout),
            R"({"kind": "crash", "target": "index[0]", "at": "5s", "lasts": "40s"})"));
    };
    const auto moved = lost("10s");
    CHECK(measure(moved, "index", "reallocated_shards") == 2);
    // 100,000 documents of 1 KiB at 40 MiB/s.
    CHECK(measure(moved, "index", "repair_time") == doctest::Approx(2.44).epsilon(0.01));
    CHECK(measure(lost("41s"), "index", "reallocated_shards") == 0);
}
