// Searches of an index whose shards are slow or corrupt: what is answered, for how long, and what
// is lost.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// Ten segments in each of three shards after 10 s, so a search takes 10 ms of each; ten a second.
// A shard has 400 MiB at the start, which are copied in 10 s.
std::string searched(const std::string& index, const std::string& failure,
                     const std::string& indexing = "10s") {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "shippers": {{"kind": "open_loop", "rate": "10/s", "arrivals": "constant",
                      "calls": "index.bulk", "stages": [{{"target": "10/s", "duration": "{}"}},
                                                        {{"target": "0/s", "duration": "0s"}}]}},
        "people": {{"kind": "open_loop", "rate": "10/s", "arrivals": "constant",
                    "calls": "index.search"}},
        "index": {{"kind": "elasticsearch", "machines": 3, "shards": 3, "bulk_documents": 999,
                   "document_size": "1KiB", "document_time": "0s", "merge_time": "0s",
                   "segments_per_tier": 1000, "preload": 1228800, {}}}}},
        "failures": [{{{}}}]}})",
                       indexing, index, failure);
}

const std::string kSlow =
    R"("kind": "slow", "target": "index[0]", "factor": 100, "at": "20050ms", "lasts": "20s")";
const std::string kCorrupt = R"("kind": "corrupt", "target": "index[0]", "at": "20050ms")";

double people(const sim::Recording& run, sim::Outcome outcome) {
    return static_cast<double>(node(run, "people").totals.of(outcome));
}

double slowest_s(const sim::Recording& run) {
    return sim::seconds(node(run, "people").latency.succeeded.max());
}

}  // namespace

// The slow data node needs a second for what the others do in 10 ms. Of 200 searches the last two
// are less than 200 ms old when it is fast again.
TEST_CASE("a search is as slow as its slowest shard, until its timeout") {
    const std::string index = R"("replicas": 0, "cores": 16)";
    const sim::Recording waits = play(searched(index, kSlow));
    CHECK(slowest_s(waits) == doctest::Approx(1.05).epsilon(0.06));  // of ten or eleven segments
    CHECK(measure(waits, "index", "partial_results") == 0);
    const sim::Recording ends = play(searched(index + R"(, "search_timeout": "200ms")", kSlow));
    CHECK(slowest_s(ends) == doctest::Approx(0.2).epsilon(0.001));
    CHECK(measure(ends, "index", "timed_out_shards") == 198);
    CHECK(measure(ends, "index", "partial_results") == 198);
    CHECK(people(ends, sim::Outcome::failed) + people(ends, sim::Outcome::timed_out) == 0);
    // Seven threads with four cores: 7 searches every 200 ms are 35 a second, more than come.
    const sim::Recording few =
        play(searched(R"("replicas": 0, "cores": 4, "search_timeout": "200ms")", kSlow));
    CHECK(slowest_s(few) == doctest::Approx(0.2).epsilon(0.001));
}

TEST_CASE("without partial results a search whose shard timed out or is lost fails") {
    const std::string index = R"("replicas": 0, "allow_partial_search_results": false)";
    const sim::Recording late = play(searched(index + R"(, "search_timeout": "200ms")", kSlow));
    CHECK(people(late, sim::Outcome::timed_out) == 198);
    CHECK(measure(late, "index", "partial_results") == 0);
    const sim::Recording lost = play(searched(index, kCorrupt));
    CHECK(std::abs(people(lost, sim::Outcome::failed) - 10 * (60 - 20.05)) <= 1);
}

TEST_CASE("a corrupt shard without a replica is red until it is restored, as the snapshot has it") {
    const sim::Recording run =
        play(searched(R"("replicas": 0, "snapshot": {"interval": "5s", "restore_after": "5s"})",
                      kCorrupt, "60s"));
    // At 20 s was the last snapshot; until 20.05 s come no bulks, or one. From then on none, as
    // bulks need all shards: the files have 409,600 documents and 333 of each of 200 bulks.
    const double copied_s = (409600 + 200 * 333) / 40960.0;
    CHECK(measure(run, "index", "repair_time") == doctest::Approx(5 + copied_s).epsilon(0.001));
    CHECK(measure(run, "index", "lost_documents") <= 333);
    CHECK(std::abs(measure(run, "index", "partial_results") - 10 * (5 + copied_s)) <= 1.5);
    CHECK(people(run, sim::Outcome::failed) == 0);
    // With the snapshot of the start only, all that was indexed since is lost.
    const sim::Recording old = play(searched(
        R"("replicas": 0, "snapshot": {"interval": "1h", "restore_after": "5s"})", kCorrupt));
    CHECK(measure(old, "index", "repair_time") == doctest::Approx(15).epsilon(1e-6));
    CHECK(measure(old, "index", "lost_documents") == measure(old, "index", "documents") / 3);
    // Without any it stays so.
    const sim::Recording never = play(searched(R"("replicas": 0)", kCorrupt));
    CHECK(std::abs(measure(never, "index", "partial_results") - 10 * (60 - 20.05)) <= 1);
    CHECK(measure(never, "index", "lost_documents") == 0);
}

TEST_CASE("with a replica a corrupt copy is copied from it, and nobody sees it") {
    const sim::Recording run = play(searched(R"("replicas": 1)", kCorrupt, "60s"));
    const double copied_s = (409600 + 200 * 333) / 40960.0;
    CHECK(measure(run, "index", "repair_time") == doctest::Approx(copied_s).epsilon(0.002));
    CHECK(measure(run, "index", "partial_results") == 0);
    CHECK(measure(run, "index", "lost_documents") == 0);
    CHECK(node(run, "shippers").totals.of(sim::Outcome::failed) == 0);
    // Two copies were on it; each then gets a third of what came meanwhile.
    CHECK(measure(run, "index", "recovered_documents") ==
          doctest::Approx(2 * copied_s * 10 * 333).epsilon(0.02));
}
