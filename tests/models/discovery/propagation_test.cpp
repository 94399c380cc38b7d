// How a change of records gets to secondary name servers.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// Everybody is somebody else, so each request is a lookup; the record changes at 10 s.
std::string propagated(const std::string& secondaries, const std::string& failures = "") {
    return fmt::format(R"({{"run": {{"measure": "100s"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "200/s", "calls": "shop.get"}},
        "shop": {{"kind": "dns", "records": [{{"to": "old"}}, {{"to": "new", "weight": 0}}], "ttl": "1s",
            "servers": 4, "changes": [{{"at": "10s", "weights": [0, 1]}}], "secondaries": {{{}}}}},
        "old": {{"kind": "server", "cores": 4, "endpoints": {{"get": []}}}},
        "new": {{"kind": "server", "cores": 4, "endpoints": {{"get": []}}}}}}, "failures": [{}]}})",
                       secondaries, failures);
}

double asked_old(const sim::Recording& run, std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t each = from; each < to; ++each) {
        sum += static_cast<double>(node(run, "old").slices[each].finished);
    }
    return sum;
}

}  // namespace

TEST_CASE("secondaries that nobody tells learn of a change when they next ask") {
    const sim::Recording run = play(propagated(R"("notify": false, "refresh": "40s")"), 7);
    // At first 3 servers of 4 have the old records, and 200/s come for 2 s: four deviations.
    CHECK(std::abs(asked_old(run, 10, 11) - 150) < 4 * std::sqrt(150.0) + 50);
    CHECK(asked_old(run, 51, 100) == 0);
    CHECK(asked_old(run, 10, 50) > 0);
}

TEST_CASE("a secondary that is told has a change at once") {
    CHECK(asked_old(play(propagated(R"("refresh": "40s")")), 11, 100) == 0);
}

TEST_CASE("while the first server is down secondaries go on by their copies until these expire") {
    const std::string down = R"({"kind": "crash", "target": "shop[0]", "at": "5s", "lasts": "1h"})";
    const sim::Recording run =
        play(propagated(R"("refresh": "2s", "retry": "1s", "expire": "60s")", down));
    CHECK(asked_old(run, 20, 60) > 7000);  // 200/s, and nobody knows of the change
    CHECK(asked_old(run, 66, 100) == 0);   // a copy of 5 s at the latest, and 60 s
    CHECK(measure(run, "shop", "unresolved") > 200 * 34 * 0.9);
}
