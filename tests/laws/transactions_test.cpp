// What every transaction must do, whatever becomes of it: let go of its connection and its rows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/rng.h"
#include "tests/support/play.h"

namespace {

// Orders for 20 s, then none. At 60 s somebody writes every row: whoever still locked one, or had a
// connection, would be in the way.
struct Shop {
    std::string order;
    std::string policies;  // of the buyers
    std::string failures;
    std::string thread_model = "blocking";

    sim::Recording play(std::uint64_t seed) const {
        return support::play(fmt::format(R"({{
          "run": {{"measure": "70s"}},
          "nodes": {{
            "buyers": {{"kind": "open_loop", "rate": "100/s", "stages": [
                {{"target": "100/s", "duration": "20s"}}, {{"target": "0/s", "duration": "0s"}}],
                "calls": [{{"to": "app.order", "writes": "50%"}}],
                "population": {{"keys": {{"kind": "uniform", "count": 4}}}},
                "policies": [{}]}},
            "probe": {{"kind": "open_loop", "rate": "0/s", "stages": [
                {{"target": "0/s", "duration": "60s"}}, {{"target": "50/s", "duration": "0s"}},
                {{"target": "50/s", "duration": "5s"}}, {{"target": "0/s", "duration": "0s"}}],
                "calls": [{{"to": "db", "writes": "100%"}}],
                "population": {{"keys": {{"kind": "uniform", "count": 4}}}}}},
            "app": {{"kind": "server", "cores": 4, "replicas": 2, "threads": 20,
                     "thread_model": "{}",
                     "pools": [{{"to": "db", "maximum_pool_size": 4, "connection_timeout": "300ms"}}],
                     "endpoints": {{"order": [{}]}}}},
            "payments": {{"kind": "server", "cores": 4, "endpoints": {{"pay": [
                {{"work": {{"kind": "exponential", "mean": "5ms"}}}}, {{"fail": "5%"}}]}}}},
            "bouncer": {{"kind": "pgbouncer", "of": "db", "pool_mode": "transaction",
                         "default_pool_size": 6, "query_wait_timeout": "200ms"}},
            "db": {{"kind": "database", "cores": 4, "connections": 6, "connection_timeout": "200ms",
                    "service_time": {{"kind": "exponential", "mean": "2ms"}},
                    "storage": {{"hit_ratio": "50%"}}, "wal": {{}},
                    "locks": {{"wait_timeout": "100ms"}}}}
          }},
          "failures": [{}]
        }})",
                                         policies, thread_model, order, failures),
                             seed);
    }
};

double last(const sim::Recording& run, const std::string& of, const std::string& name) {
    for (const sim::Series& each : support::node(run, of).series) {
        if (each.name == name) return each.values[each.values.size() - 1];
    }
    FAIL(of, " has no series ", name);
    return 0;
}

void check_free(const sim::Recording& run) {
    for (const sim::NodeRecord& node : run.nodes) {
        CAPTURE(node.name);
        CHECK(node.totals.finished() == node.totals.offered);
    }
    CHECK(support::node(run, "probe").totals.offered > 200);
    CHECK(support::node(run, "probe").totals.availability() == 1);
    CHECK(last(run, "db", "connections_active") == 0);
    CHECK(last(run, "app", "pool_active") == 0);
    CHECK(last(run, "bouncer", "cl_active") == 0);
}

const std::vector<std::string> kOrders = {
    R"({"transaction": "db", "latency": "1ms", "steps": [{"call": "db", "latency": "1ms"},
        {"call": "payments", "latency": "1ms"}, {"call": "db", "latency": "1ms"}]})",
    R"({"transaction": "bouncer", "latency": "1ms", "steps": [{"call": "bouncer"},
        {"call": "payments"}, {"items": 2, "keys": {"kind": "uniform", "count": 4},
                               "steps": [{"call": "bouncer"}]}]})",
    R"({"transaction": "bouncer", "steps": [{"call": "bouncer"},
        {"transaction": "db", "steps": [{"call": "db"}, {"call": "bouncer"}, {"work": "1ms"}]}]})",
    R"({"transaction": "db", "steps": [{"parallel": [[{"call": "db"}], [{"call": "payments"}],
        [{"call": "db", "policies": [{"kind": "timeout", "limit": "3ms"}, {"kind": "fallback", "levels": [{"value": "nothing"}]}]}]]},
        {"async": [{"call": "db"}]}, {"again": "20%"}]})"};

const std::vector<std::string> kPolicies = {"", R"({"kind": "timeout", "limit": "20ms"})",
                                            R"({"kind": "hedge", "delay": "10ms"})"};

std::string crashes(sim::Draws& draws) {
    std::string all;
    for (const std::string_view target : {"app", "db", "bouncer", "payments"}) {
        if (!draws.chance(0.6)) continue;
        all +=
            fmt::format(R"({}{{"kind": "crash", "target": "{}", "at": "{}ms", "lasts": "{}ms"}})",
                        all.empty() ? "" : ", ", target, draws.below(19000), 1 + draws.below(3000));
    }
    return all;
}

}  // namespace

TEST_CASE("a transaction lets go of all it holds, whatever becomes of it") {
    for (const std::string& order : kOrders) {
        for (const std::string& policy : kPolicies) {
            for (const std::string_view threads : {"blocking", "event_loop"}) {
                const std::uint64_t seed = sim::name_hash(order + policy);
                sim::Draws draws(seed);
                const Shop shop{order, policy, crashes(draws), std::string(threads)};
                CAPTURE(order);
                CAPTURE(policy);
                CAPTURE(threads);
                CAPTURE(shop.failures);
                const sim::Recording run = shop.play(seed);
                check_free(run);
                CHECK(support::node(run, "buyers").totals.of(sim::Outcome::succeeded) > 0);
                CHECK(support::measure(run, "db", "rolled_back") > 0);
            }
        }
    }
}

TEST_CASE("transactions play the same way twice") {
    const Shop shop{kOrders[3], kPolicies[1],
                    R"({"kind": "crash", "target": "db", "at": "9s", "lasts": "1s"})"};
    CHECK(shop.play(7).fingerprint.value() == shop.play(7).fingerprint.value());
}
