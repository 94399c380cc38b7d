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

// --- data nodes that fail ---

namespace {

std::string failing_index(const std::string& failure, const std::string& index) {
    std::string text = indexing("10/s", R"("machines": 3, "shards": 3, "document_time": "20us",
                                           "merge_time": "0s", )" +
                                            index);
    text.insert(text.rfind('}'),
                R"(, "failures": [{"at": "20s", "lasts": "30s", )" + failure + "}]");
    return text;
}

double share_failed(const sim::Recording& run) {
    const sim::Totals& totals = node(run, "shippers").totals;
    return static_cast<double>(totals.of(sim::Outcome::failed)) /
           static_cast<double>(totals.offered);
}

}  // namespace

// Of six copies, two are on each node: for 30 s each misses a third of 10,000 documents a second,
// and indexes those when it is back. In the end every copy has every document once.
TEST_CASE("when a data node dies the other copies go on, and it catches up when it is back") {
    const sim::Recording run =
        play(failing_index(R"("kind": "crash", "target": "index[0]")", R"("replicas": 1)"));
    CHECK(share_failed(run) < 0.003);  // what it coordinated when it died
    CHECK(measure(run, "index", "recovered_documents") ==
          doctest::Approx(30 * 10e3 * 2 / 3).epsilon(0.005));
    CHECK(measure(run, "index", "core_time") ==
          doctest::Approx(measure(run, "index", "documents") * 20e-6 * 2).epsilon(0.003));
}

// The two replicas on it: what it answers with errors they miss, until the primaries try again 5 s
// later. Bulks that it coordinates fail, and those with a part on its primaries: all.
TEST_CASE("a data node that answers with errors catches up some time after it does no more") {
    const sim::Recording run =
        play(failing_index(R"("kind": "errors", "target": "index[0]")", R"("replicas": 1)"));
    CHECK(share_failed(run) == doctest::Approx(30 / 99.5).epsilon(0.02));
    CHECK(measure(run, "index", "core_time") >=
          measure(run, "index", "documents") * 20e-6 * 2 * 0.999);
}

TEST_CASE("a shard without another copy is gone with its data node") {
    const sim::Recording run =
        play(failing_index(R"("kind": "crash", "target": "index[0]")", R"("replicas": 0)"));
    CHECK(share_failed(run) == doctest::Approx(30 / 99.5).epsilon(0.02));
    CHECK(measure(run, "index", "recovered_documents") == 0);
}

// A third of a bulk is 6.68 ms, 66.8 ms on the slow one, and each is on a primary and a replica.
TEST_CASE("a bulk waits for the slowest copy") {
    const sim::Recording run = play(
        failing_index(R"("kind": "slow", "target": "index[2]", "factor": 10)", R"("replicas": 1)"));
    CHECK(1000 * sim::seconds(node(run, "shippers").latency.succeeded.max()) ==
          doctest::Approx(66.8 + 6.68).epsilon(0.01));
}

// To whoever coordinates and back, 10 ms; from there to the primary in the first zone, 2 ms but for
// one of three; from there to the replicas, 2 ms.
TEST_CASE("what data nodes send each other is on the links between them") {
    const sim::Recording run = play(R"({"run": {"measure": "99.5s"}, "nodes": {
        "shippers": {"kind": "open_loop", "rate": "10/s", "arrivals": "constant",
                     "calls": "index.bulk"},
        "index": {"kind": "elasticsearch", "machines": 3, "replicas": 2, "document_time": "0s"}},
        "network": {"regions": {"eu": {"zones": ["a", "b", "c"]}}, "to_users": {"latency": "5ms"},
                    "across_zones": {"latency": "1ms"}, "placement": {"index": ["a", "b", "c"]}}})");
    const sim::Histogram& latency = node(run, "shippers").latency.succeeded;
    CHECK(1000 * sim::seconds(latency.max()) == doctest::Approx(14).epsilon(0.001));
    CHECK(1000 * latency.mean_seconds() == doctest::Approx(12 + 2 * 2 / 3.0).epsilon(0.001));
}
