// A connection pooler: how long a connection is lent, to how many, and what happens without one.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

#include "reports/summary.h"
#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// So many callers who never rest, and no pool of connections of their own.
sim::Recording callers(int count, const std::string& bouncer, const std::string& database,
                       const std::string& failures = "") {
    return play(fmt::format(R"({{
      "run": {{"warm_up": "5s", "measure": "20s"}},
      "nodes": {{
        "callers": {{"kind": "loops", "concurrency": {}, "calls": "bouncer", "latency": "0.1ms"}},
        "bouncer": {{"kind": "pgbouncer", "of": "db", {}}},
        "db": {{"kind": "database", "cores": 64, {}}}
      }}{}}})",
                            count, bouncer, database, failures));
}

double transactions_a_second(const sim::Recording& run) {
    return static_cast<double>(node(run, "db").totals.of(sim::Outcome::succeeded)) / 20;
}

}  // namespace

TEST_CASE("a transaction holds its connection from its first statement to its last") {
    // Three statements of 2 ms, and 5 ms between them: 16 ms, so 4 connections have 250 a second.
    const auto run = callers(10,
                             R"("pool_mode": "transaction", "default_pool_size": 4,
                                "statements": 3, "between_statements": "5ms")",
                             R"("service_time": "2ms")");
    CHECK(transactions_a_second(run) / 3 == doctest::Approx(250).epsilon(0.01));
    CHECK(measure(run, "bouncer", "server_connections_in_use") == doctest::Approx(4));
    CHECK(measure(run, "db", "connections_open_peak") == 4);
    // Six of ten wait at a time: 6 / 250 s (Little).
    CHECK(measure(run, "bouncer", "wait_time") == doctest::Approx(0.024).epsilon(0.01));
}

TEST_CASE("whoever has no pool of connections has a session for each call") {
    const auto run = callers(10, R"("pool_mode": "session", "default_pool_size": 4)",
                             R"("service_time": "20ms")");
    CHECK(transactions_a_second(run) == doctest::Approx(200).epsilon(0.01));
}

TEST_CASE("with session pooling a client's connection is one of the database's") {
    const std::string text = R"({
      "run": {"measure": "10s"},
      "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "calls": "app.get"},
        "app": {"kind": "server", "replicas": 4, "cores": 4,
                "pools": [{"to": "bouncer", "maximum_pool_size": 5, "connection_timeout": "1s"}],
                "endpoints": {"get": [{"call": "bouncer"}]}},
        "bouncer": {"kind": "pgbouncer", "of": "db", "pool_mode": "session",
                    "default_pool_size": 10},
        "db": {"kind": "database", "cores": 8, "max_connections": 100, "service_time": "2ms"}
      }})";
    const auto session = play(text);
    CHECK(measure(session, "bouncer", "client_connections_peak") == 10);
    CHECK(measure(session, "bouncer", "client_connections_refused") > 0);
    CHECK(measure(session, "db", "connections_open_peak") == 10);
    const auto transaction = play(text, 1, {"nodes.bouncer.pool_mode=transaction"});
    CHECK(measure(transaction, "bouncer", "client_connections_peak") == 20);
    CHECK(measure(transaction, "bouncer", "client_connections_refused") == 0);
    CHECK(measure(transaction, "db", "connections_open_peak") < 10);
    CHECK(node(transaction, "users").totals.availability() == 1);
    // The database's own limit is the pooler's, too.
    const auto small = play(text, 1, {"nodes.db.max_connections=3"});
    CHECK(measure(small, "bouncer", "client_connections_peak") == 3);
}

TEST_CASE("who waits for long gets one of the reserve, and who waits for too long none") {
    const std::string one = R"("pool_mode": "transaction", "default_pool_size": 1)";
    const std::string slow = R"("service_time": "100ms")";
    CHECK(transactions_a_second(callers(4, one, slow)) == doctest::Approx(10).epsilon(0.02));
    const auto reserve =
        callers(4, one + R"(, "reserve_pool_size": 1, "reserve_pool_timeout": "150ms")", slow);
    CHECK(transactions_a_second(reserve) == doctest::Approx(20).epsilon(0.02));
    CHECK(measure(reserve, "bouncer", "server_connections_peak") == 2);
    const auto impatient = callers(4, one + R"(, "query_wait_timeout": "50ms")", slow);
    CHECK(transactions_a_second(impatient) == doctest::Approx(10).epsilon(0.02));
    // Of the three who wait all give up in the middle of a service of 100 ms, and two at its end,
    // when the third gets the connection.
    CHECK(measure(impatient, "bouncer", "query_wait_timeouts") ==
          doctest::Approx(1000).epsilon(0.01));
}

TEST_CASE("a pooler has one thread, and while it is down nobody gets through") {
    const std::string pool = R"("pool_mode": "transaction", "work": "1ms")";
    const auto busy = callers(50, pool, R"("service_time": "2ms")");
    CHECK(transactions_a_second(busy) == doctest::Approx(1000).epsilon(0.01));
    const auto dead = callers(
        1, R"("pool_mode": "transaction", "work": "10ms")", R"("service_time": "10ms")",
        R"(, "failures": [{"kind": "crash", "target": "bouncer", "at": "15s", "lasts": "5s"}])");
    // 15 of 20 seconds.
    CHECK(transactions_a_second(dead) == doctest::Approx(50 * 0.75).epsilon(0.02));
}
