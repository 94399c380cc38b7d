// A store of logs by labels: streams, chunks, and what a query looks through.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

std::string pushing(const std::string& rate, const std::string& store) {
    return fmt::format(R"({{"run": {{"measure": "100s"}}, "nodes": {{
        "shippers": {{"kind": "open_loop", "rate": "{}", "arrivals": "constant", "calls": "loki.push"}},
        "loki": {{"kind": "loki", {}}}}}}})",
                       rate, store);
}

}  // namespace

TEST_CASE("each ingester of a line needs as much core time for it") {
    for (const int factor : {1, 3}) {
        const sim::Recording run = play(pushing(
            "10/s",
            fmt::format(R"("replication_factor": {}, "push_lines": 1000, "line_time": "5us")",
                        factor)));
        CHECK(measure(run, "loki", "core_time") ==
              doctest::Approx(measure(run, "loki", "lines") * 5e-6 * factor).epsilon(0.003));
    }
}

// 1,000 lines of 1,000 bytes are a megabyte; a chunk of 1 MB compressed five times takes five.
TEST_CASE("a chunk is written when it has its size: bytes over target and compression") {
    const sim::Recording run =
        play(pushing("10/s", R"("push_lines": 1000, "line_size": "1000B", "compression": 5,
                   "chunk_target_size": "1000000B")"));
    CHECK(measure(run, "loki", "chunks") == doctest::Approx(1000.0 / 5).epsilon(0.01));
    CHECK(measure(run, "loki", "chunk_bytes") ==
          doctest::Approx(1e6 * measure(run, "loki", "chunks")).epsilon(0.001));
}

TEST_CASE("more streams than are allowed are refused, and those that are there go on") {
    const sim::Recording run =
        play(pushing("50/s", R"("labels": {"user": 1000}, "max_streams": 100)"));
    CHECK(measure(run, "loki", "streams") == 100);
    const auto& shippers = node(run, "shippers");
    CHECK(measure(run, "loki", "refused_streams") ==
          static_cast<double>(shippers.totals.of(sim::Outcome::rejected)));
    // Of 5,000 pushes about 105 fill the hundred streams; of the others one in ten is to one of
    // them.
    CHECK(static_cast<double>(shippers.totals.of(sim::Outcome::succeeded)) ==
          doctest::Approx(100 + 490).epsilon(0.2));
}

// 12 GiB of 4 values of a label are 3 GiB a query, 5 ms each MiB, on 12 cores: 1.28 s, and a fetch
// of 20 ms. A hundredth of it has gone from the hour by the end.
TEST_CASE("a query takes what its label's bytes take on all cores") {
    for (const int values : {1, 4}) {
        const sim::Recording run = play(fmt::format(R"({{"run": {{"measure": "36s"}}, "nodes": {{
            "people": {{"kind": "open_loop", "rate": "0.1/s", "arrivals": "constant", "calls": "loki.query"}},
            "loki": {{"kind": "loki", "labels": {{"app": {}}}, "query_labels": ["app"], "preload": "12GiB",
                      "query_parallelism": 12}}}}}})",
                                                    values));
        const double expected = 12 * 1024.0 / values * 5e-3 / 12 + 0.02;
        CHECK(sim::seconds(node(run, "people").latency.succeeded.max()) ==
              doctest::Approx(expected).epsilon(0.015));
        CHECK(measure(run, "loki", "bytes_scanned") / measure(run, "loki", "queries") ==
              doctest::Approx(12.0 * (1U << 30U) / values).epsilon(0.015));
    }
}

// Of an idle stream nothing is left in memory: a push a minute into a new chunk each time.
TEST_CASE("a chunk is written when nothing came for as long as it may be idle, or when it is old") {
    for (const std::string limit :
         {R"("chunk_idle_period": "500ms")", R"("max_chunk_age": "500ms")"}) {
        const sim::Recording run = play(pushing("1/s", limit));
        CHECK(measure(run, "loki", "chunks") == doctest::Approx(99).epsilon(0.011));
    }
}

// --- machines that fail ---

namespace {

sim::Recording failing_loki(const std::string& failure, const std::string& calls) {
    return play(fmt::format(R"({{"run": {{"measure": "100s"}}, "nodes": {{
        "shippers": {{"kind": "open_loop", "rate": "10/s", "arrivals": "constant", "calls": "loki.{}"}},
        "loki": {{"kind": "loki", "preload": "100MiB", "labels": {{"app": 10}},
                  "query_labels": ["app"]}}}},
        "failures": [{{"at": "20s", "lasts": "30s", {}}}]}})",
                            calls, failure));
}

double share_of(const sim::Recording& run, sim::Outcome outcome) {
    const sim::Totals& totals = node(run, "shippers").totals;
    return static_cast<double>(totals.of(outcome)) / static_cast<double>(totals.offered);
}

}  // namespace

TEST_CASE("a push needs most of its ingesters") {
    const auto failed = [](const std::string& number) {
        return share_of(
            failing_loki(R"("kind": "crash", "target": "loki", "instances": )" + number, "push"),
            sim::Outcome::failed);
    };
    CHECK(failed("1") < 0.002);
    CHECK(failed("2") == doctest::Approx(0.3).epsilon(0.01));
}

TEST_CASE("what a query asks of a machine that is down, another one answers") {
    CHECK(share_of(failing_loki(R"("kind": "crash", "target": "loki", "instances": 2)", "query"),
                   sim::Outcome::succeeded) > 0.995);
    CHECK(share_of(failing_loki(R"("kind": "crash", "target": "loki")", "query"),
                   sim::Outcome::failed) == doctest::Approx(0.3).epsilon(0.01));
}

TEST_CASE("who hangs keeps pushes waiting, and takes them when it goes on") {
    const sim::Recording run = failing_loki(R"("kind": "hang", "target": "loki[1]")", "push");
    CHECK(share_of(run, sim::Outcome::succeeded) == 0.999);  // the last is still under way
    CHECK(sim::seconds(node(run, "shippers").latency.succeeded.max()) ==
          doctest::Approx(30).epsilon(0.01));
}
