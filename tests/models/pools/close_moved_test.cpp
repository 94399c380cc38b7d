// Connections that are closed when a hash says another target than the one that holds them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;

namespace {

// A fifth server comes at 20 s.
std::string chat(const std::string& pool) {
    return fmt::format(R"({{"run": {{"measure": "40s"}}, "nodes": {{
        "people": {{"kind": "connections", "count": 1000, "open_over": "10s", "holds": "front.socket", "calls": "front.frame",
                    "back_off": {{"kind": "uniform", "min": "0s", "max": "1s"}}}},
        "front": {{"kind": "pool", "of": "chat", {}}},
        "chat": {{"kind": "server", "replicas": 4, "threads": 10000, "memory": "16GiB",
                  "autoscaler": {{"kind": "scheduled", "actions": [{{"at": "10s", "replicas": 5}}]}},
                  "endpoints": {{"socket": [{{"wait": "12h"}}], "frame": [{{"work": "0.1ms"}}]}}}}}}}})",
                       pool);
}

}  // namespace

TEST_CASE("only connections whose hash has moved are closed, and open again where it says") {
    const sim::Recording run =
        support::play(chat(R"("close_moved": true, "balancer": {"kind": "modulo", "on": "user"})"));
    const double moved = measure(run, "people", "dropped");
    // Modulo 4 and modulo 5 agree for a fifth; a standard deviation is 1.3 points.
    CHECK(moved / 1000 == doctest::Approx(0.8).epsilon(0.06));
    CHECK(measure(run, "people", "reconnects") == moved);
    CHECK(measure(run, "people", "open") == 1000);
    // Nobody holds a thread for a connection that is closed.
    for (const sim::Series& each : support::node(run, "chat").series) {
        if (each.name == "threads_active") CHECK(each.values[each.values.size() - 1] == 1000);
    }
}

TEST_CASE("without it connections stay where they were opened") {
    const sim::Recording run =
        support::play(chat(R"("balancer": {"kind": "modulo", "on": "user"})"));
    CHECK(measure(run, "people", "dropped") == 0);
}

TEST_CASE("what places nothing by a hash has nothing to close") {
    const models::Loaded loaded = models::load(
        {"test.json", {}, {}, chat(R"("close_moved": true, "balancer": "round_robin")")});
    CHECK_FALSE(loaded.scenario.has_value());
    CHECK(loaded.problems.render().find("places nothing by a hash") != std::string::npos);
}
