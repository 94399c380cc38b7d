// What a CDN fetches and keeps of an object: what has changed of it, parts, variants, and fewer
// bytes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

constexpr const char* kServer = R"({"kind": "server", "cores": 64, "endpoints": {"get": []}})";

struct PartsPlan {
    std::string rule;
    std::string population = R"("keys": "single")";
    std::string rate = "50/s";
    std::string warm_up = "100s";
    std::string cdn = R"("calls": "origin")";
    std::string more = fmt::format(R"("origin": {})", kServer);
};

std::string text_of(const PartsPlan& plan) {
    return fmt::format(R"({{"run": {{"warm_up": "{}", "measure": "300s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "{}", "calls": "cdn.page",
                   "population": {{{}}}}},
        "cdn": {{"kind": "cdn", {}, "behaviors": {{"page": {{{}}}}}}}, {}}}}})",
                       plan.warm_up, plan.rate, plan.population, plan.cdn, plan.rule, plan.more);
}

double of_parts(const sim::Recording& run, const std::string& name) {
    return measure(run, "cdn", name);
}

// Written at random times, so many a second.
std::string written(double per_s) {
    return fmt::format(R"("writers": {{"kind": "open_loop", "rate": "{}/s", "calls":
        [{{"to": "origin", "writes": "100%"}}], "population": {{"keys": "single"}}}},
        "origin": {{"kind": "database", "cores": 64, "connections": 500, "service_time": "1us"}})",
                       per_s);
}

}  // namespace

// RFC 9110, 15.4.5.
TEST_CASE("what has not changed is not sent again") {
    PartsPlan plan{R"("ttl": "2s", "size": "1MB", "keep": "1h")"};
    const sim::Recording run = play(text_of(plan));
    // A cycle is the TTL and the time until the next request.
    const double cycles = 300 / (2 + 1.0 / 50);
    CHECK(of_parts(run, "revalidated") == doctest::Approx(cycles).epsilon(0.02));
    CHECK(of_parts(run, "revalidated") == of_parts(run, "origin_fetches"));
    CHECK(of_parts(run, "origin_bytes") == 0);
    CHECK(of_parts(run, "bytes_not_sent") == of_parts(run, "revalidated") * 1e6);
    // Users have it whole, whoever waits for the answer too.
    CHECK(of_parts(run, "bytes_out") == (of_parts(run, "hits") + of_parts(run, "misses")) * 1e6);
    plan.rule = R"("ttl": "2s", "size": "1MB")";
    const sim::Recording whole = play(text_of(plan));
    CHECK(of_parts(whole, "revalidated") == 0);
    CHECK(of_parts(whole, "origin_bytes") == of_parts(whole, "origin_fetches") * 1e6);
}

// With W writes a second, 1 - exp(-W T) of the copies that are T old have changed.
TEST_CASE("what has changed is sent as a whole") {
    for (const double writes : {0.05, 0.5}) {
        PartsPlan plan{R"("ttl": "4s", "size": "1MB", "keep": "1h")"};
        plan.more = written(writes);
        const sim::Recording run = play(text_of(plan));
        const double fetches = of_parts(run, "origin_fetches");
        const double changed = fetches - of_parts(run, "revalidated");
        const double share = 1 - std::exp(-writes * (4 + 1.0 / 50));
        // 75 cycles: four standard deviations.
        CHECK(std::abs(changed / fetches - share) < 4 * std::sqrt(share * (1 - share) / fetches));
        CHECK(of_parts(run, "origin_bytes") == changed * 1e6);
    }
}

TEST_CASE("a shield answers 304 to the locations in front of it") {
    PartsPlan plan{R"("ttl": "2s", "size": "1MB", "keep": "1h")"};
    plan.cdn = R"("calls": "shield.page")";
    plan.more = fmt::format(R"("shield": {{"kind": "cdn", "calls": "origin",
        "behaviors": {{"page": {{"ttl": "1h", "size": "1MB"}}}}}}, "origin": {})",
                            kServer);
    const sim::Recording run = play(text_of(plan));
    CHECK(of_parts(run, "revalidated") == of_parts(run, "origin_fetches"));
    CHECK(of_parts(run, "revalidated") > 100);
    CHECK(measure(run, "shield", "hits") == of_parts(run, "origin_fetches"));
    CHECK(measure(run, "shield", "bytes_out") == 0);
    CHECK(measure(run, "shield", "origin_fetches") == 0);
}

TEST_CASE("a range is answered with as much, and fetched whole or in slices") {
    PartsPlan plan{R"("ttl": "24h", "size": "1MB", "ranges": {"length": "100kB"})",
                   R"("keys": {"kind": "uniform", "count": 10})", "200/s", "0s"};
    const sim::Recording whole = play(text_of(plan));
    CHECK(of_parts(whole, "bytes_out") ==
          (of_parts(whole, "hits") + of_parts(whole, "misses")) * 1e5);
    CHECK(of_parts(whole, "origin_fetches") == 10);
    CHECK(of_parts(whole, "origin_bytes") == 1e7);
    // Ten slices of each, of which a part anywhere needs two.
    plan.rule += R"(, "slice": "100kB")";
    const sim::Recording sliced = play(text_of(plan));
    CHECK(of_parts(sliced, "bytes_out") == of_parts(whole, "bytes_out"));
    CHECK(of_parts(sliced, "origin_fetches") == 100);
    CHECK(of_parts(sliced, "origin_bytes") == 1e7);
    CHECK(of_parts(sliced, "objects") == 100);
    // Who begins at the beginning needs the first alone.
    plan.rule = R"("ttl": "24h", "size": "1MB", "slice": "100kB",
        "ranges": {"length": "100kB", "from_start": "100%"})";
    const sim::Recording first = play(text_of(plan));
    CHECK(of_parts(first, "origin_bytes") == 1e6);
    CHECK(of_parts(first, "stored_bytes") == 1e6);
}

// The last slice is what is left.
TEST_CASE("an object of several slices is all of them") {
    PartsPlan plan{R"("ttl": "24h", "size": "250kB", "slice": "100kB")", R"("keys": "single")",
                   "1/s", "0s"};
    const sim::Recording run = play(text_of(plan));
    CHECK(of_parts(run, "origin_fetches") == 3);
    CHECK(of_parts(run, "stored_bytes") == 250000);
    CHECK(of_parts(run, "bytes_out") == (of_parts(run, "hits") + 1) * 250000);
    plan.cdn = R"("calls": "shield.page")";
    plan.more = fmt::format(R"("shield": {{"kind": "cdn", "calls": "origin",
        "behaviors": {{"page": {{"ttl": "24h", "size": "250kB", "slice": "65536B"}}}}}},
        "origin": {})",
                            kServer);
    const sim::Recording behind = play(text_of(plan));
    CHECK(of_parts(behind, "origin_bytes") == 250000);
    CHECK(measure(behind, "shield", "bytes_out") == 250000);
    CHECK(measure(behind, "shield", "origin_fetches") == 4);
    CHECK(measure(behind, "shield", "origin_bytes") == 250000);
}

TEST_CASE("a purge takes all slices and variants of an item") {
    PartsPlan plan{R"("ttl": "24h", "size": "250kB", "slice": "100kB", "vary": ["locale"])",
                   R"("keys": "single", "locales": {"ko": {}, "en": {}})", "20/s", "0s"};
    plan.more += R"(, "editors": {"kind": "open_loop", "calls": "cdn.purge", "rate": "0.009/s",
        "arrivals": "constant", "population": {"keys": "single"}})";
    const sim::Recording run = play(text_of(plan));
    const double purges = of_parts(run, "purge_calls");
    CHECK(purges >= 2);
    CHECK(of_parts(run, "purged_objects") == 6 * purges);
    CHECK(of_parts(run, "origin_fetches") == 6 * (purges + 1));
}

TEST_CASE("each variant is fetched and kept on its own") {
    PartsPlan plan{R"("ttl": "24h", "size": "1kB")",
                   R"("keys": {"kind": "uniform", "count": 50},
                      "locales": {"ko": {}, "en": {}}, "segments": {"phone": {}, "desk": {}})",
                   "200/s", "0s"};
    CHECK(of_parts(play(text_of(plan)), "origin_fetches") == 50);
    plan.rule = R"("ttl": "24h", "size": "1kB", "vary": ["locale"])";
    CHECK(of_parts(play(text_of(plan)), "origin_fetches") == 100);
    plan.rule = R"("ttl": "24h", "size": "1kB", "vary": ["locale", "segment"])";
    CHECK(of_parts(play(text_of(plan)), "origin_fetches") == 200);
}

// 1 MB at 10 MB/s: 100 ms of a core for each fetch, and none for what is there.
TEST_CASE("what is compressed once is sent as often as it is asked for") {
    PartsPlan plan{R"("ttl": "24h", "size": "1MB",
                      "compression": {"ratio": 4, "bytes_per_second": "10MB"})",
                   R"("keys": {"kind": "uniform", "count": 50})", "20/s", "0s"};
    const sim::Recording run = play(text_of(plan));
    CHECK(of_parts(run, "origin_bytes") == 50e6);
    CHECK(of_parts(run, "compressed_bytes_in") == 50e6);
    CHECK(of_parts(run, "compressed_bytes_out") == 12.5e6);
    CHECK(of_parts(run, "stored_bytes") == 12.5e6);
    CHECK(of_parts(run, "bytes_out") == (of_parts(run, "hits") + of_parts(run, "misses")) * 250e3);
    CHECK(measure(run, "cdn", "miss_latency") == doctest::Approx(0.1).epsilon(0.1));
    CHECK(measure(run, "cdn", "hit_latency") == 0);
    // What is small goes as it is.
    plan.rule = R"("ttl": "24h", "size": "999B", "compression": {})";
    CHECK(of_parts(play(text_of(plan)), "compressed_bytes_in") == 0);
}
