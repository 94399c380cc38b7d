// What an instance runs on and with: quotas, neighbours, threads, descriptors, disks, pools, heaps.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/support/play.h"

using support::measure;

namespace {

// One server, evenly spaced requests; `server` and `steps` are inserted.
sim::Recording play(const std::string& rate, const std::string& server, const std::string& steps,
                    const std::string& more = "") {
    return support::play(R"({"run": {"measure": "100s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": ")" +
                         rate + R"(", "arrivals": "constant", "calls": "app.get"},
        "app": {"kind": "server", )" +
                         server + R"("endpoints": {"get": )" + steps + "}}" + more + "}}");
}

double mean_of(const sim::Recording& run) {
    return support::node(run, "users").latency.succeeded.mean_seconds();
}

}  // namespace

TEST_CASE("a quota of half a core: 50 ms of work, 50 ms of standing still") {
    // 400 ms of work are eight times 50 ms, with seven pauses in between.
    const auto run = play("0.1/s", R"("cores": 4, "cpu_limit": 0.5, )", R"([{"work": "400ms"}])");
    CHECK(mean_of(run) == doctest::Approx(0.75).epsilon(0.01));
    // Seven of eight periods; the ninth, in which nothing is left to do, is not looked at.
    CHECK(measure(run, "app", "throttled") == doctest::Approx(7.0 / 8).epsilon(0.15));
}

TEST_CASE("four threads use up a quota four times as fast") {
    const auto run = play("0.1/s", R"("cores": 4, "cpu_limit": 1, )",
                          R"([{"parallel": [[{"work": "50ms"}], [{"work": "50ms"}],
                                            [{"work": "50ms"}], [{"work": "50ms"}]]}])");
    // 25 ms for 100 ms of core time, 75 ms of standing still, and 25 ms for the rest.
    CHECK(mean_of(run) == doctest::Approx(0.125).epsilon(0.05));
}

TEST_CASE("neighbours who take half of the cores half of the time: work takes 1.5 times as long") {
    const auto run =
        play("10/s", R"("noisy_neighbours": {"share": "50%", "noisy": "5s", "quiet": "5s"}, )",
             R"([{"work": "10ms"}])");
    CHECK(mean_of(run) == doctest::Approx(0.015).epsilon(0.05));
}

TEST_CASE("an event loop's only thread does not wait; a blocking server's does") {
    const std::string steps = R"([{"work": "1ms"}, {"wait": "100ms"}])";
    const auto loop = play("50/s", R"("threads": 1, "thread_model": "event_loop", )", steps);
    CHECK(mean_of(loop) == doctest::Approx(0.101).epsilon(0.01));
    const auto blocking = play("50/s", R"("threads": 1, "accept_queue": 10, )", steps);
    const auto served = support::node(blocking, "users").totals.of(sim::Outcome::succeeded);
    CHECK(static_cast<double>(served) == doctest::Approx(100 / 0.101).epsilon(0.01));
}

TEST_CASE("work in an event loop keeps everybody else waiting") {
    // Two in parallel branches: each works 10 ms, the loop does one after the other.
    const auto run = play("1/s", R"("cores": 8, "threads": 1, "thread_model": "event_loop", )",
                          R"([{"parallel": [[{"work": "10ms"}], [{"work": "10ms"}]]}])");
    CHECK(mean_of(run) == doctest::Approx(0.020).epsilon(0.01));
}

TEST_CASE("without a free descriptor a request is refused; leaked ones never come back") {
    const auto run = play("20/s", R"("descriptors": 10, )", R"([{"wait": "1s"}])");
    const auto& totals = support::node(run, "users").totals;
    CHECK(totals.availability() == doctest::Approx(0.5).epsilon(0.02));
    CHECK(measure(run, "app", "descriptors_peak") == 10);
    const auto leaking =
        play("1/s", R"("descriptors": 10, "descriptor_leaks": "100%", )", R"([{"wait": "1ms"}])");
    CHECK(support::node(leaking, "users").totals.of(sim::Outcome::succeeded) == 10);
}

TEST_CASE("a full disk fails requests, unless old logs are deleted") {
    const std::string disk = R"("disk": {"size": "1MiB", "written_per_request": "64KiB")";
    const auto full = play("1/s", disk + "}, ", R"([{"work": "1ms"}])");
    CHECK(support::node(full, "users").totals.of(sim::Outcome::succeeded) == 16);
    const auto rotated = play("1/s", disk + R"(, "kept": "512KiB"}, )", R"([{"work": "1ms"}])");
    CHECK(support::node(rotated, "users").totals.of(sim::Outcome::failed) == 0);
    CHECK(measure(rotated, "app", "disk_used") == 512 * 1024);
}

TEST_CASE("a pool of two connections that are held for 100 ms serves 20 a second") {
    const std::string db = R"(, "db": {"kind": "database", "cores": 64, "service_time": "100ms"})";
    const auto run =
        play("40/s",
             R"("pools": [{"to": "db", "maximum_pool_size": 2, "connection_timeout": "250ms"}], )",
             R"([{"call": "db"}])", db);
    const auto& totals = support::node(run, "users").totals;
    CHECK(static_cast<double>(totals.of(sim::Outcome::succeeded)) ==
          doctest::Approx(2000).epsilon(0.02));
    CHECK(measure(run, "app", "pool_timeouts") ==
          static_cast<double>(totals.of(sim::Outcome::failed)));
    CHECK(measure(run, "app", "pool_in_use") == doctest::Approx(2).epsilon(0.01));
}

TEST_CASE("connections beyond the idle ones are opened when they are needed, and closed again") {
    const std::string db =
        R"(, "db": {"kind": "database", "cores": 64, "max_connections": 50, "service_time": "1s"})";
    const std::string pool =
        R"("pools": [{"to": "db", "maximum_pool_size": 10, "minimum_idle": 1, "idle_timeout": "5s"}], )";
    const auto run = play("0.05/s", pool,
                          R"([{"parallel": [[{"call": "db"}], [{"call": "db"}], [{"call": "db"}],
                                            [{"call": "db"}]]}])",
                          db);
    CHECK(support::node(run, "users").totals.of(sim::Outcome::failed) == 0);
    CHECK(measure(run, "db", "connections_open_peak") >= 4);
    CHECK(measure(run, "db", "connections_open_peak") <= 6);
}

TEST_CASE("of the four collectors one keeps to its goal, and one hardly pauses") {
    const auto longest_pause = [](const std::string& collector) {
        const auto run = play("200/s",
                              R"("cores": 4, "memory": "16GiB", "memory_per_request": "0B",
                                 "heap": {"xms": "4GiB", "xmx": "4GiB", "live": "500MiB",
                                          "survivors": "30%", "survivor_lifetime": "1h",
                                          "gc_threads": 2, "collector": ")" +
                                  collector + R"("}, )",
                              R"([{"work": "2ms"}])");
        CHECK(measure(run, "app", "collections") > 2);
        return measure(run, "app", "gc_pause_max");
    };
    // A third of 4 GiB, of which 30 % are copied at 1 GiB/s by each thread.
    CHECK(longest_pause("serial") == doctest::Approx(0.4).epsilon(0.03));
    CHECK(longest_pause("parallel") == doctest::Approx(0.2).epsilon(0.03));
    // The goal, and what the request that fills the young brings with it: 30 % of 1 MiB at 2 GiB/s.
    CHECK(longest_pause("g1") <= 0.2 + 0.3 / 2048);
    CHECK(longest_pause("zgc") <= 0.001);
}

TEST_CASE("a program that allocates faster than zgc collects has to wait for it") {
    const auto run = play("200/s",
                          R"("cores": 4, "memory": "16GiB", "memory_per_request": "0B",
                             "heap": {"xms": "1GiB", "xmx": "1GiB", "live": "600MiB",
                                      "allocation_per_request": "4MiB", "collector": "zgc"}, )",
                          R"([{"work": "2ms"}])");
    CHECK(measure(run, "app", "gc_pause_max") > 0.1);
}

TEST_CASE("what becomes old is garbage until the old generation is collected") {
    const auto collections = [](const std::string& promoted) {
        const auto run = play("200/s",
                              R"("cores": 4, "memory": "16GiB", "memory_per_request": "0B",
                                 "heap": {"xms": "1GiB", "xmx": "1GiB", "live": "200MiB",
                                          "survivors": "20%", "survivor_lifetime": "1h",
                                          "promoted": ")" +
                                  promoted + R"("}, )",
                              R"([{"work": "2ms"}])");
        CHECK(measure(run, "app", "out_of_memory") == 0);
        return measure(run, "app", "markings");
    };
    CHECK(collections("0%") == 0);
    // The young is 60 % of the heap, full every 3 s, and makes 61 MiB old: after five times, at 15
    // s, the old has grown from 200 MiB to beyond 45 % of the heap. The eight collections after the
    // marking take that garbage, and four more bring it back: once more at 51 s, and at 87 s.
    CHECK(collections("50%") == 3);
}

TEST_CASE("slow requests say whom they were calling") {
    const std::string db = R"(, "db": {"kind": "database", "service_time": "1500ms", "cores": 9})";
    const auto run =
        play("1/s", R"("slow_request": "1s", )", R"([{"work": "5ms"}, {"call": "db"}])", db);
    const auto& slow = support::node(run, "app").slow;
    REQUIRE(slow.size() == support::node(run, "users").totals.of(sim::Outcome::succeeded));
    for (const sim::SlowRequest& each : slow) {
        sim::Duration sum{};
        for (const sim::Duration part : each.spent) sum += part;
        CHECK(sum == each.latency);
        CHECK(each.spent[static_cast<std::size_t>(sim::Spent::calling)] ==
              std::chrono::milliseconds(1500));
        REQUIRE(!each.dump.empty());
        CHECK(each.dump.front().what == "calling db");
    }
}
