// The way of a query through one machine of a database: what a crash ends, and what it does not.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

double ended_with(const sim::Recording& run, sim::Cause cause) {
    return static_cast<double>(node(run, "db").causes[static_cast<std::size_t>(cause)]);
}

// Nothing is ever done; it crashes after 5 s, and stays down.
sim::Recording crashed(const std::string& database) {
    return support::play(fmt::format(R"({{
      "run": {{"warm_up": "0s", "measure": "10s"}},
      "nodes": {{
        "users": {{"kind": "open_loop", "rate": "20/s", "calls": [{{"to": "db", "writes": "50%"}}]}},
        "db": {{"kind": "database", "connections": 6, "cores": 2, {}}}}},
      "failures": [{{"kind": "crash", "target": "db", "at": "5s", "lasts": "1h"}}]}})",
                                     database));
}

}  // namespace

TEST_CASE("a crash fails at once whoever works, reads pages or stands in line") {
    for (const std::string database :
         {R"("service_time": "1h")",
          R"("storage": {"hit_ratio": "0%", "read_latency": "1h", "queue_depth": 2})",
          R"("service_time": "1h", "wal": {"fsync_time": "1ms"})"}) {
        CAPTURE(database);
        const auto run = crashed(database);
        const double reset = ended_with(run, models::cause::reset);
        CHECK(reset > 70);  // 100 came, within three standard errors
        CHECK(reset + ended_with(run, models::cause::refused) ==
              static_cast<double>(node(run, "db").totals.offered));
    }
}

TEST_CASE(
    "who gets no connection in time leaves the line, and those who have one are not held up") {
    const auto run = support::play(R"({
      "run": {"warm_up": "0s", "measure": "40s"},
      "nodes": {
        "users": {"kind": "open_loop", "rate": "20/s", "calls": "db"},
        "db": {"kind": "database", "connections": 6, "cores": 6, "service_time": "4s",
               "connection_timeout": "1s"}}})");
    // The first six come in the first seconds, and someone waits for them whenever one is done:
    // each has 9 queries of 4 s behind it by then.
    CHECK(node(run, "db").totals.of(sim::Outcome::succeeded) == 54);
    CHECK(ended_with(run, models::cause::no_connection) > 600);
    CHECK(measure(run, "db", "connections_peak") == 6);
}
