// Where the time went, endpoint by endpoint, against what queueing theory says of it.
#include <doctest/doctest.h>

#include "tests/support/play.h"

namespace {

const sim::Split& endpoint(const sim::NodeRecord& node, std::string_view name) {
    for (const sim::Split& each : node.splits) {
        if (each.by == "endpoint" && each.name == name) return each;
    }
    FAIL("no endpoint " << name);
    return node.splits.front();
}

// Of a request that ended there, in milliseconds.
double mean_ms(const sim::Split& split, sim::Spent what) {
    return sim::seconds(split.spent[static_cast<std::size_t>(what)]) * 1e3 /
           static_cast<double>(split.totals.finished());
}

double sum_ms(const sim::Split& split) {
    double sum = 0;
    for (const sim::Duration each : split.spent) sum += sim::seconds(each) * 1e3;
    return sum / static_cast<double>(split.totals.finished());
}

double latency_ms(const sim::Split& split) {
    return split.latency.succeeded.mean_seconds() * 1e3;
}

// One core, first come first served, for quick requests of 2 ms (100/s) and slow ones of 10 ms
// (40/s): an M/G/1 queue at 60 %.
models::Scenario one_line(std::string_view cores) {
    return support::scenario_from(R"({"run": {"measure": "20min"}, "nodes": {
        "hares": {"kind": "open_loop", "rate": "100/s", "calls": "web.quick"},
        "snails": {"kind": "open_loop", "rate": "40/s", "calls": "web.slow"},
        "web": {"kind": "server", "threads": 10000, "scheduling": "fcfs", "cores": )" +
                                  std::string(cores) + R"(,
                "endpoints": {"quick": [{"work": {"kind": "exponential", "mean": "2ms"}}],
                              "slow": [{"work": {"kind": "exponential", "mean": "10ms"}}]}}}})");
}

}  // namespace

// Pollaczek and Khinchine: both wait lambda E[S^2] / (2 (1 - rho)) = 11 ms, as whoever comes sees
// the same line, and each is served for its own time. 168,000 requests in some 17,000 independent
// stretches: three standard deviations of the waiting time are 4 %, of service times 1.5 %.
TEST_CASE("two endpoints in one line wait alike, and each works its own time") {
    using sim::Spent;
    const sim::Recording recording = models::simulate(one_line("1"), {1, 0});
    const sim::NodeRecord& web = support::node(recording, "web");
    for (const auto& [name, service] : {std::pair{"quick", 2.0}, std::pair{"slow", 10.0}}) {
        const sim::Split& each = endpoint(web, name);
        CHECK(mean_ms(each, Spent::queueing) == doctest::Approx(11).epsilon(0.04));
        CHECK(mean_ms(each, Spent::service) == doctest::Approx(service).epsilon(0.015));
        CHECK(mean_ms(each, Spent::calling) == 0);
        // What is in flight at the end has spent time and has not ended: a few of 40,000.
        CHECK(sum_ms(each) == doctest::Approx(latency_ms(each)).epsilon(0.001));
    }
}

TEST_CASE("with a core for everybody nobody waits") {
    const sim::Recording recording = models::simulate(one_line("200"), {1, 0});
    const sim::NodeRecord& web = support::node(recording, "web");
    CHECK(mean_ms(endpoint(web, "quick"), sim::Spent::queueing) == 0);
    CHECK(mean_ms(endpoint(web, "slow"), sim::Spent::queueing) == 0);
}

// Connections, locks, cores and calls: whatever time a visit takes is somewhere, and each
// endpoint's parts are of its own visits. The endpoints together are the node.
TEST_CASE("the parts of an endpoint's time add up to the latency of its visits") {
    using sim::Spent;
    const sim::Recording recording = models::simulate(support::scenario_from(R"({
        "run": {"measure": "5min"}, "nodes": {
        "readers": {"kind": "open_loop", "rate": "100/s", "calls": "web.read"},
        "writers": {"kind": "open_loop", "rate": "60/s",
                    "calls": [{"to": "web.write", "writes": "100%"}]},
        "web": {"kind": "server", "threads": 12, "cores": 2, "endpoints": {
            "read": [{"work": {"kind": "exponential", "mean": "5ms"}}, {"call": "db.select"}],
            "write": [{"call": "db.update"}, {"wait": "3ms"}]}},
        "db": {"kind": "database", "cores": 2, "connections": 3,
               "queries": {"select": {"kind": "exponential", "mean": "4ms"},
                           "update": {"kind": "exponential", "mean": "2ms"}},
               "locks": {"hold_time": {"kind": "exponential", "mean": "6ms"}}}}})"),
                                                      {1, 0});
    for (const char* const name : {"web", "db"}) {
        const sim::NodeRecord& each = support::node(recording, name);
        std::array<sim::Duration, sim::kSpents> together{};
        for (const sim::Split& split : each.splits) {
            INFO(name << "." << split.name);
            CHECK(sum_ms(split) > 1);
            CHECK(sum_ms(split) == doctest::Approx(latency_ms(split)).epsilon(0.005));
            for (std::size_t i = 0; i < sim::kSpents; ++i) together[i] += split.spent[i];
        }
        CHECK(together == each.spent);
    }
    const sim::NodeRecord& db = support::node(recording, "db");
    CHECK(mean_ms(endpoint(db, "update"), Spent::lock) > 0);
    CHECK(mean_ms(endpoint(db, "select"), Spent::lock) == 0);
    CHECK(mean_ms(endpoint(db, "select"), Spent::connection) > 0);
}
