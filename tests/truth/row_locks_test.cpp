// A row that n clients update in turn, measured at a real PostgreSQL (row_locks_measured.json).
//
// What one client alone takes is the calibration: the way there and back before it has the lock,
// and how long it holds it. How long the next in line takes to wake up, 45 us, is what two clients
// need more than that (0.052 ms when the row is held for 5 ms, 0.038 ms when it is not). All other
// cases follow from these.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "tests/support/play.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

// Not met. With 64 clients PostgreSQL wakes many waiters for a row that one of them gets, so that
// on this machine of four cores a hand-over takes longer. And 16 clients who do not hold the row
// were faster there than 8 or 32, by a tenth: nothing here depends on their number in that way.
const std::set<std::string> kNotMet = {"64 clients, 5 ms", "16 clients, 0 ms"};

struct Alone {
    double way_ms;
    double held_ms;
};

double mean_of(const Json& runs, const char* what) {
    double sum = 0;
    for (const Json& run : runs) sum += run.at(what).get<double>();
    return sum / static_cast<double>(runs.size());
}

Alone alone(const Json& cases, double hold_ms) {
    for (const Json& each : cases) {
        if (each.at("n") == 1 && each.at("hold_ms").get<double>() == hold_ms) {
            const Json& runs = each.at("runs");
            return {mean_of(runs, "lock_wait_ms"), mean_of(runs, "held_ms")};
        }
    }
    FAIL("nobody was alone");
    return {};
}

double throughput(int clients, const Alone& times) {
    const std::string scenario = fmt::format(
        R"({{"run": {{"warm_up": "1s", "measure": "5s"}}, "nodes": {{
            "clients": {{"kind": "users", "users": {}, "think_time": "0s", "latency": "{:.6f}ms",
                         "calls": [{{"to": "db", "writes": "100%"}}]}},
            "db": {{"kind": "database", "connections": 1000, "cores": 64, "service_time": "0s",
                    "locks": {{"hold_time": "{:.6f}ms", "handover_time": "0.045ms"}}}}}}}})",
        clients, times.way_ms / 2, times.held_ms);
    const auto run = support::play(scenario);
    return static_cast<double>(support::node(run, "clients").totals.of(sim::Outcome::succeeded)) /
           5;
}

}  // namespace

TEST_CASE("clients who update one row at a real PostgreSQL") {
    const Json cases = file("row_locks_measured.json").at("cases");
    truth::Tally tally("row_locks");
    int not_met = 0;
    for (const Json& each : cases) {
        const int clients = each.at("n").get<int>();
        const double hold_ms = each.at("hold_ms").get<double>();
        const std::string name = fmt::format("{} clients, {:.0f} ms", clients, hold_ms);
        const double got = throughput(clients, alone(cases, hold_ms));
        // Runs of one case differ by up to an eighth: within what was measured, and 5 % around it.
        double least = 1e9;
        double most = 0;
        for (const Json& run : each.at("runs")) {
            least = std::min(least, run.at("tps").get<double>());
            most = std::max(most, run.at("tps").get<double>());
        }
        const bool is_met = got > 0.95 * least && got < 1.05 * most;
        if (kNotMet.contains(name)) {
            ++not_met;
            MESSAGE(
                fmt::format("not met: {}: {:.1f}/s, not {:.1f} to {:.1f}", name, got, least, most));
            CHECK_FALSE(is_met);
            continue;
        }
        tally.begin(name);
        tally.near("transactions a second", got, (least + most) / 2,
                   (most - least) / 2 + 0.05 * (least + most) / 2);
    }
    MESSAGE(fmt::format("{} cases are not met", not_met));
}
