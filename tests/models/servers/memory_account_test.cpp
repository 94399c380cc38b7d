// What an instance's memory is taken up by, and who reads it.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "models/servers/memory_account.h"
#include "tests/support/play.h"

using models::MemoryAccount;
using support::measure;
using support::node;

namespace {

constexpr double kMebi = 1024.0 * 1024;

MemoryAccount::Plan small_plan() {
    return {.base = 100 * kMebi, .stack = kMebi, .threads = 10, .per_request = 2 * kMebi};
}

sim::Bytes mebi(std::uint64_t count) {
    return sim::Bytes{count << 20U};
}

// Evenly spaced requests of a process with a heap; `heap` and `more` are inserted.
sim::Recording play_heap(const std::string& rate, const std::string& heap, const std::string& more,
                         const std::string& steps = R"([{"work": "1ms"}])") {
    return support::play(R"({"run": {"warm_up": "30s", "measure": "100s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": ")" +
                         rate + R"(", "arrivals": "constant", "calls": "app.get"},
        "app": {"kind": "server", "cores": 8, )" +
                         more + R"("heap": {)" + heap + R"(}, "endpoints": {"get": )" + steps +
                         "}}}}");
}

}  // namespace

TEST_CASE("threads keep their stacks, requests give their memory back") {
    MemoryAccount memory(small_plan(), mebi(200));
    for (int count = 0; count < 12; ++count) memory.came();
    CHECK(memory.working_set() == (100 + 10 + 24) * kMebi);  // ten threads, two wait for one
    for (int count = 0; count < 12; ++count) memory.left();
    CHECK(memory.working_set() == (100 + 10) * kMebi);
    CHECK(memory.peak() == 134.0 / 200);
    memory.restart();
    CHECK(memory.working_set() == 100 * kMebi);
}

TEST_CASE("somebody looks from the visit on that is close to the alarm, and not before") {
    MemoryAccount memory(small_plan(), mebi(200));
    // 96 MiB to the alarm: ten with their threads are 30 of them, and 33 more are 66.
    std::size_t looked = 0;
    while (!memory.is_over_limit()) {
        const bool looks = memory.came();
        if (looks && looked == 0) looked = memory.visits();
        if (memory.fullness() >= MemoryAccount::kAlarm) CHECK(looks);
    }
    CHECK(looked == 42);
    CHECK(memory.visits() == 46);  // 100 MiB: 45 fit
}

TEST_CASE("the page cache is what is left, and is no part of the working set") {
    MemoryAccount memory(small_plan(), mebi(200));
    memory.wrote(60 * kMebi);
    CHECK(memory.page_cache() == 60 * kMebi);
    memory.wrote(60 * kMebi);
    CHECK(memory.page_cache() == 100 * kMebi);
    CHECK(memory.working_set() == 100 * kMebi);
    for (int count = 0; count < 20; ++count) memory.came();
    CHECK(memory.page_cache() == 50 * kMebi);  // it gives way to 50 MiB of requests
    CHECK_FALSE(memory.is_over_limit());
}

TEST_CASE("the peak is a share of the limit there was then") {
    MemoryAccount memory(small_plan(), mebi(200));
    for (int count = 0; count < 10; ++count) memory.came();
    for (int count = 0; count < 10; ++count) memory.left();
    memory.set_limit(mebi(1000));
    CHECK(memory.peak() == 130.0 / 200);
    memory.begin_measuring();
    CHECK(memory.peak() == 110.0 / 1000);
}

TEST_CASE("a heap's -Xms is not resident at the start; with AlwaysPreTouch it is") {
    const auto peak = [](const std::string& heap) {
        return measure(
            play_heap(
                "0.1/s", R"("xms": "900MiB", "xmx": "900MiB", "live": "100MiB", )" + heap,
                R"("memory_per_request": "0B", "memory": "1000MiB", "base_memory": "50MiB", )"),
            "app", "memory_peak");
    };
    // 13 requests allocate a MiB each, and nothing is collected.
    CHECK(peak(R"("allocation_per_request": "1MiB")") == doctest::Approx(0.163).epsilon(0.01));
    CHECK(peak(R"("always_pre_touch": true)") == doctest::Approx(0.95));
}

TEST_CASE("the memory that is shown is the memory that kills") {
    // Beside 300 MiB a heap that is full before it is collected: 60 % of 900 MiB, and 200 that
    // live.
    const std::string heap =
        R"("xms": "900MiB", "xmx": "900MiB", "live": "200MiB", "promoted": "0%", "allocation_per_request": "1MiB")";
    const auto killed = play_heap(
        "50/s", heap, R"("memory_per_request": "0B", "memory": "1GiB", "base_memory": "300MiB", )");
    CHECK(measure(killed, "app", "oom_killed") > 0);
    CHECK(measure(killed, "app", "memory_peak") >= 1);
    CHECK(measure(killed, "app", "memory_alarm") < measure(killed, "app", "first_out_of_memory"));
    const auto lives =
        play_heap("50/s", heap,
                  R"("memory_per_request": "0B", "memory": "1044MiB", "base_memory": "300MiB", )");
    CHECK(measure(lives, "app", "oom_killed") == 0);
    CHECK(measure(lives, "app", "memory_peak") == doctest::Approx(1041.0 / 1044).epsilon(0.002));
}

TEST_CASE("twice the heap: collected half as often, as long a pause, half the time in it") {
    const auto run = [](const std::string& size) {
        return play_heap("100/s",
                         R"("live": "200MiB", "allocation_per_request": "4MiB", "xms": ")" + size +
                             R"(", "xmx": ")" + size + "\"",
                         R"("memory_per_request": "0B", "memory": "16GiB", )");
    };
    const auto one = run("2GiB");
    const auto two = run("4GiB");
    // 5 % of 400 MiB/s live for a second: 20 MiB, 19.5 ms at 1 GiB/s, and 5 ms.
    CHECK(measure(one, "app", "gc_pause_max") == doctest::Approx(0.0245).epsilon(0.005));
    CHECK(measure(two, "app", "gc_pause_max") ==
          doctest::Approx(measure(one, "app", "gc_pause_max")).epsilon(0.005));
    // 1.2 GiB of young at 400 MiB/s are 3.07 s: 32.5 in 100 s; and of 2.4 GiB 16.3.
    CHECK(std::abs(measure(one, "app", "collections") - 32.5) < 1);
    CHECK(std::abs(measure(two, "app", "collections") - 16.3) < 1);
    CHECK(measure(two, "app", "gc_time") ==
          doctest::Approx(measure(one, "app", "gc_time") / 2).epsilon(0.06));
}

TEST_CASE("what requests hold is copied once") {
    // 20 requests of 10 MiB are there at a time. 348 MiB are left for the young generation, which
    // they fill in 2.2 s: all 20 came after the last collection.
    const auto run =
        play_heap("20/s",
                  R"("xms": "2GiB", "xmx": "2GiB", "live": "1500MiB",
                             "survivors": "0%", "allocation_per_request": "8MiB")",
                  R"("memory": "16GiB", "memory_per_request": "10MiB", )", R"([{"wait": "1s"}])");
    CHECK(measure(run, "app", "gc_pause_max") ==
          doctest::Approx(0.005 + 200.0 / 1024).epsilon(0.1));
}

TEST_CASE("what a vertical autoscaler sees of a heap is its working set") {
    const auto memory = [](const std::string& pre_touch) {
        const auto run = support::play(
            R"({"run": {"measure": "30min"}, "nodes": {
                "users": {"kind": "open_loop", "rate": "1/s", "calls": "app.get"},
                "app": {"kind": "server", "replicas": 2, "memory": "4GiB", "base_memory": "100MiB",
                        "memory_per_request": "0B",
                        "autoscaler": {"kind": "vpa", "cpu": false},
                        "heap": {"xms": "2GiB", "xmx": "2GiB", "live": "100MiB",
                                 "allocation_per_request": "10KiB", "always_pre_touch": )" +
            pre_touch + R"(}, "endpoints": {"get": [{"work": "1ms"}]}}}})");
        return measure(run, "app", "memory_peak");
    };
    // It is recommended no more than is used, so that a pod is smaller and its memory fuller.
    CHECK(memory("false") < memory("true"));
}
