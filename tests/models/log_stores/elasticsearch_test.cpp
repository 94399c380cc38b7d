// An index: what copies and merges cost, when a document is found, and what the heap lets in.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

const sim::Histogram& search_delay(const sim::Recording& run) {
    for (const sim::Measure& each : node(run, "index").measures) {
        if (each.name == "search_delay") return *each.spread;
    }
    FAIL("no search_delay");
    return *node(run, "index").measures.front().spread;
}

// Bulks of 1,000 documents, at constant intervals, for 99.5 s: 99 refreshes a second apart.
std::string indexing(const std::string& rate, const std::string& index) {
    return fmt::format(R"({{"run": {{"measure": "99.5s"}}, "nodes": {{
        "shippers": {{"kind": "open_loop", "rate": "{}", "arrivals": "constant", "calls": "index.bulk"}},
        "index": {{"kind": "elasticsearch", "bulk_documents": 1000, {}}}}}}})",
                       rate, index);
}

}  // namespace

TEST_CASE("each copy of a document costs as much as the first") {
    for (const int replicas : {0, 1, 2}) {
        const sim::Recording run = play(
            indexing("10/s", fmt::format(R"("shards": 3, "replicas": {}, "document_time": "20us",
                                   "merge_time": "0s")",
                                         replicas)));
        const double documents = measure(run, "index", "documents");
        CHECK(documents == doctest::Approx(0.995e6).epsilon(0.003));
        CHECK(measure(run, "index", "core_time") ==
              doctest::Approx(documents * 20e-6 * (1 + replicas)).epsilon(0.003));
    }
}

// 1,000 documents of 20 us each, a third on each shard: 6.68 ms on the primary, and as long on the
// replica, as nothing waits.
TEST_CASE("a bulk takes as long as its largest part, on the primary and then on the replicas") {
    const sim::Recording run = play(indexing(
        "5/s", R"("shards": 3, "replicas": 2, "document_time": "20us", "merge_time": "0s")"));
    CHECK(1000 * sim::seconds(node(run, "shippers").latency.succeeded.max()) ==
          doctest::Approx(2 * 334 * 0.02).epsilon(0.001));
}

// Each is refreshed by the next tick: evenly anything from none to the whole interval.
TEST_CASE("a document is found at the next refresh, half an interval later on average") {
    const sim::Recording run = play(indexing("7.3/s", R"("shards": 1, "refresh_interval": "10s")"));
    const sim::Histogram& delay = search_delay(run);
    CHECK(delay.mean_seconds() == doctest::Approx(5).epsilon(0.03));
    CHECK(sim::seconds(delay.max()) <= 10.1);
}

// One refresh a second with something in it makes a segment; ten of a tier become one of the next.
// After 99 refreshes there are 9 of each of two tiers: the digits of their number.
TEST_CASE("segments are the digits of the number of refreshes, and merges write what they merge") {
    const sim::Recording run = play(indexing(
        "10/s",
        R"("shards": 1, "replicas": 0, "machines": 1, "document_time": "1us", "merge_time": "0s")"));
    CHECK(measure(run, "index", "segments") == 18);
    // 9 merges of ten seconds of 10,000 documents each.
    CHECK(measure(run, "index", "merged_documents") == doctest::Approx(9 * 100e3).epsilon(0.02));
}

// 1,000 documents of 1 KiB are a bulk of 1,000 KiB; a tenth of 100 MiB is room for ten of them. A
// data node indexes one in 2 s on each of two cores: what comes beyond a bulk a second is refused
// once ten are in the heap.
TEST_CASE("what is under way fits into its share of the heap, and what does not is refused") {
    const sim::Recording run = play(indexing(
        "3/s", R"("machines": 1, "cores": 2, "replicas": 0, "shards": 1, "document_time": "2ms",
                  "document_size": "1KiB", "heap": "100MiB")"));
    CHECK(measure(run, "index", "bulk_heap_peak") == 10 * 1024 * 1000);
    const auto& shippers = node(run, "shippers");
    CHECK(shippers.totals.of(sim::Outcome::rejected) > 180);
    CHECK(shippers.totals.of(sim::Outcome::succeeded) == doctest::Approx(100).epsilon(0.1));
    CHECK(measure(run, "index", "rejected_by_heap") ==
          static_cast<double>(shippers.totals.of(sim::Outcome::rejected)));
}

// Nothing else is there: a search goes through the segments of each shard beside each other.
TEST_CASE("what a search costs follows from the segments, and not from how much is stored") {
    const auto time_of = [](int documents) {
        const sim::Recording run = play(fmt::format(R"({{"run": {{"measure": "99.5s"}}, "nodes": {{
            "shippers": {{"kind": "open_loop", "rate": "1/s", "arrivals": "constant", "calls": "index.bulk"}},
            "people": {{"kind": "open_loop", "rate": "1/s", "arrivals": "constant", "calls": "index.search"}},
            "index": {{"kind": "elasticsearch", "bulk_documents": {}, "document_time": "1us", "merge_time": "0s",
                       "shards": 2, "segment_time": "2ms"}}}}}})",
                                                    documents));
        return 1000 * sim::seconds(node(run, "people").latency.succeeded.max());
    };
    CHECK(time_of(10) == doctest::Approx(17 * 2).epsilon(0.001));  // before the 99th refresh
    CHECK(time_of(10) == doctest::Approx(time_of(1000)).epsilon(0.02));
}
