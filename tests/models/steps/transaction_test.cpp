// Transactions of several calls: what they hold, for how long, and that they let go of it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

constexpr const char* kIdle = R"({"call": "db"}, {"wait": "8ms"}, {"call": "db"})";

std::string in_transaction(const std::string& steps, const std::string& more = "") {
    return R"({"transaction": "db", "steps": [)" + steps + "]" + more + "}";
}

// Users who never rest, of a service with those steps.
struct Shop {
    int users = 4;
    std::string steps{};
    std::string service{};  // and more of it
    std::string database = R"("cores": 64, "service_time": "2ms")";
    std::string more{};  // nodes
    std::string writes = "0%";
    std::string failures{};

    sim::Recording play() const {
        return support::play(fmt::format(R"({{
          "run": {{"warm_up": "1s", "measure": "20s"}},
          "nodes": {{
            "users": {{"kind": "loops", "concurrency": {},
                       "calls": [{{"to": "app.order", "writes": "{}"}}]}},
            "app": {{"kind": "server", "cores": 64, "endpoints": {{"order": [{}]}} {}}},
            "db": {{"kind": "database", {}}} {}
          }},
          "failures": [{}]}})",
                                         users, writes, steps, service, database, more, failures));
    }
};

double per_second(const sim::Recording& run, const std::string& name = "users") {
    return static_cast<double>(node(run, name).totals.of(sim::Outcome::succeeded)) / 20;
}

std::string one_connection() {
    return R"("cores": 64, "connections": 1, "service_time": "2ms")";
}

}  // namespace

TEST_CASE("a connection is held from BEGIN to COMMIT, with nothing to do on it as well") {
    // 2 + 8 + 2 ms each, one at a time; without a transaction 2 + 2 ms each.
    const auto held = Shop{.steps = in_transaction(kIdle), .database = one_connection()}.play();
    CHECK(per_second(held) == doctest::Approx(1000.0 / 12).epsilon(0.01));
    CHECK(measure(held, "db", "idle_in_transaction") == doctest::Approx(8.0 / 12).epsilon(0.01));
    CHECK(node(held, "db").connections_in_use == doctest::Approx(1));
    const auto free = Shop{.steps = kIdle, .database = one_connection()}.play();
    CHECK(per_second(free) == doctest::Approx(250).epsilon(0.01));
}

TEST_CASE("the way of BEGIN's answer and of COMMIT is time it is held, too") {
    const auto run =
        Shop{.steps = in_transaction(kIdle, R"(, "latency": "1ms")"), .database = one_connection()}
            .play();
    CHECK(per_second(run) == doctest::Approx(1000.0 / 14).epsilon(0.01));
}

TEST_CASE("the pool's connection is the transaction's, and calls in it need no other") {
    const auto run = Shop{.steps = in_transaction(kIdle),
                          .service = R"(, "pools": [{"to": "db", "maximum_pool_size": 1}])"}
                         .play();
    CHECK(per_second(run) == doctest::Approx(1000.0 / 12).epsilon(0.01));
    CHECK(measure(run, "app", "pool_in_use") == doctest::Approx(1));
    CHECK(measure(run, "app", "pool_timeouts") == 0);
}

TEST_CASE("a row is locked until COMMIT") {
    const std::string steps = R"({"call": "db"}, {"wait": "9ms"})";
    const std::string locks = R"("cores": 64, "service_time": "1ms", "locks": {})";
    // All write item 0. The row is had when the work is done, and then for 9 ms.
    const auto held =
        Shop{.users = 8, .steps = in_transaction(steps), .database = locks, .writes = "100%"}
            .play();
    CHECK(per_second(held) == doctest::Approx(1000.0 / 9).epsilon(0.01));
    CHECK(measure(held, "db", "lock_waiting_peak") == 7);
    const auto each = Shop{.users = 8, .steps = steps, .database = locks, .writes = "100%"}.play();
    CHECK(per_second(each) == doctest::Approx(800).epsilon(0.01));
    // The flush is before the row is free.
    const auto flushed = Shop{.users = 8,
                              .steps = in_transaction(steps),
                              .database = locks + R"(, "wal": {"fsync_time": "1ms"})",
                              .writes = "100%"}
                             .play();
    CHECK(per_second(flushed) == doctest::Approx(100).epsilon(0.01));
}

TEST_CASE("what a transaction writes is one commit and one flush") {
    const auto run =
        Shop{.users = 1,
             .steps = in_transaction(R"({"call": "db"}, {"call": "db"}, {"call": "db"})"),
             .database = R"("service_time": "1ms", "wal": {"fsync_time": "2ms",
                                         "group_commit": false, "bytes_per_write": "100B"})",
             .writes = "100%"}
            .play();
    CHECK(per_second(run) == doctest::Approx(200).epsilon(0.01));
    const double flushes = measure(run, "db", "wal_flushes");
    CHECK(flushes == doctest::Approx(4000).epsilon(0.01));
    CHECK(measure(run, "db", "wal_bytes") == 300 * flushes);
    CHECK(measure(run, "db", "commits_per_flush") == 1);
}

TEST_CASE("branches of a transaction share its connection, one after the other") {
    const std::string branches =
        R"({"parallel": [[{"call": "db"}], [{"call": "db"}], [{"call": "db"}]]})";
    const auto run = Shop{.users = 1, .steps = in_transaction(branches)}.play();
    CHECK(measure(run, "db", "connections_peak") == 1);
    CHECK(per_second(run) == doctest::Approx(1000.0 / 6).epsilon(0.01));
    const auto apart = Shop{.users = 1, .steps = branches}.play();
    CHECK(measure(apart, "db", "connections_peak") == 3);
}

TEST_CASE("what fails in it is rolled back, and the answer is that failure") {
    const auto run = Shop{.steps = in_transaction(R"({"call": "db"}, {"fail": "100%"})"),
                          .database = R"("connections": 1, "locks": {}, "wal": {})",
                          .writes = "100%"}
                         .play();
    const auto& users = node(run, "users");
    CHECK(users.totals.availability() == 0);
    CHECK(users.causes[static_cast<std::size_t>(models::cause::fault)] == users.totals.finished());
    CHECK(users.totals.finished() > 9000);
    CHECK(measure(run, "db", "wal_bytes") == 0);
    CHECK(measure(run, "db", "rolled_back") ==
          doctest::Approx(users.totals.finished()).epsilon(0.01));
}

TEST_CASE("a failed statement fails all that follow, whatever a policy makes of it") {
    // The second waits for the row that the first user holds, for 1 ms at most.
    const auto run =
        Shop{
            .users = 2,
            .steps = in_transaction(
                R"({"call": "db", "policies": [{"kind": "fallback", "levels": [{"value": "nothing"}]}]}, {"wait": "10ms"})"),
            .database = R"("cores": 8, "service_time": "1ms", "locks": {"wait_timeout": "1ms"})",
            .writes = "100%"}
            .play();
    const auto& causes = node(run, "users").causes;
    const auto timeouts = causes[static_cast<std::size_t>(models::cause::lock_timeout)];
    CHECK(timeouts > 100);
    CHECK(timeouts + causes[0] == node(run, "users").totals.finished());
    CHECK(measure(run, "db", "rolled_back") == doctest::Approx(timeouts).epsilon(0.01));
}

TEST_CASE("transactions that lock in different orders deadlock, and one of them goes on") {
    const auto run =
        Shop{.users = 4,
             .steps = in_transaction(R"({"items": 2, "keys": {"kind": "uniform", "count": 2},
                                         "steps": [{"call": "db"}]})"),
             .database = R"("cores": 8, "service_time": "1ms", "locks": {"wait_timeout": "1min"})",
             .writes = "100%"}
            .play();
    CHECK(measure(run, "db", "deadlocks") > 100);
    CHECK(measure(run, "db", "lock_timeouts") == 0);
    CHECK(per_second(run) > 200);
}

TEST_CASE("transactions of two databases are two, and each call is in its own") {
    const auto run = Shop{.users = 1,
                          .steps = in_transaction(R"({"call": "db"},
              {"transaction": "other", "steps": [{"call": "other"}, {"call": "db"}]},
              {"call": "other"})"),
                          .more = R"(, "other": {"kind": "database", "service_time": "3ms"})"}
                         .play();
    // 2 + (3 + 2) + 3 ms; the last call is in none, and so has a connection of its own.
    const double rate = 1000.0 / 10;
    CHECK(per_second(run) == doctest::Approx(rate).epsilon(0.01));
    CHECK(measure(run, "db", "transactions") == doctest::Approx(20 * rate).epsilon(0.01));
    CHECK(measure(run, "other", "transactions") == doctest::Approx(20 * rate).epsilon(0.01));
    CHECK(measure(run, "db", "connections_peak") == 1);
    CHECK(*node(run, "db").connections_in_use * 100 == doctest::Approx(1).epsilon(0.01));
    CHECK(*node(run, "other").connections_in_use * 100 == doctest::Approx(0.8).epsilon(0.01));
    CHECK(measure(run, "db", "idle_in_transaction") == doctest::Approx(0.6).epsilon(0.01));
}

TEST_CASE("what is called in it is in no transaction of its caller") {
    // The service behind calls the same database: on a connection of its own.
    const std::string behind = R"(, "audit": {"kind": "server", "endpoints": {"log": [
        {"call": "db"}]}})";
    const auto run = Shop{.users = 1,
                          .steps = in_transaction(R"({"call": "db"}, {"call": "audit"})"),
                          .more = behind}
                         .play();
    CHECK(measure(run, "db", "connections_peak") == 2);
    CHECK(per_second(run) == doctest::Approx(250).epsilon(0.01));
}

TEST_CASE("an event loop does other work while a transaction waits") {
    const auto run = Shop{.users = 16,
                          .steps = in_transaction(R"({"work": "1ms"}, {"call": "db"})"),
                          .service = R"(, "threads": 1, "thread_model": "event_loop")"}
                         .play();
    // One thread: 1 ms each, while the others are at the database.
    CHECK(per_second(run) == doctest::Approx(1000).epsilon(0.01));
}

TEST_CASE("through a pooler a transaction holds a server connection") {
    const std::string bouncer = R"(, "bouncer": {"kind": "pgbouncer", "of": "db",
        "pool_mode": "transaction", "default_pool_size": 1})";
    const std::string steps = R"({"transaction": "bouncer", "steps": [
        {"call": "bouncer"}, {"wait": "8ms"}, {"call": "bouncer"}]})";
    const auto run = Shop{.steps = steps, .more = bouncer}.play();
    CHECK(per_second(run) == doctest::Approx(1000.0 / 12).epsilon(0.01));
    CHECK(measure(run, "bouncer", "server_connections_in_use") == doctest::Approx(1));
    CHECK(measure(run, "db", "connections_peak") == 1);
}

TEST_CASE("what is injected at a pooler meets the calls of transactions too") {
    const std::string bouncer = R"(, "bouncer": {"kind": "pgbouncer", "of": "db",
        "pool_mode": "transaction", "default_pool_size": 10})";
    const std::string steps = R"({"transaction": "bouncer", "steps": [{"call": "bouncer"}]})";
    // BEGIN, a statement and COMMIT: each comes 5 ms later, and 4 users are served 4 x 1/17 ms.
    const auto late =
        Shop{
            .steps = steps, .more = bouncer, .failures = R"({"kind": "latency", "target": "bouncer",
                                           "time": "5ms", "at": "0s", "lasts": "30s"})"}
            .play();
    CHECK(per_second(late) == doctest::Approx(4000.0 / 17).epsilon(0.01));
    const auto broken = Shop{.steps = R"({"wait": "10ms"}, )" + steps,
                             .more = bouncer,
                             .failures = R"({"kind": "errors", "target": "bouncer",
                                             "at": "0s", "lasts": "30s"})"}
                            .play();
    CHECK(per_second(broken) == 0);
}
