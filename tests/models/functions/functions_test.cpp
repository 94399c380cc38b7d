// Functions that a provider runs: cold starts, concurrency, and what is paid.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::play;

namespace {

// 100 s, each second so many requests, at equal distances; a core has a GiB.
std::string function(int rate, const std::string& spec, const std::string& more = "",
                     const std::string& memory = "1GiB") {
    return fmt::format(R"({{"run": {{"measure": "100s"}}, {} "nodes": {{
        "users": {{"kind": "open_loop", "rate": "{}/s", "arrivals": "constant", "calls": "f"}},
        "f": {{"kind": "functions", "memory": "{}", "memory_per_core": "1GiB", {}}}}}}})",
                       more, rate, memory, spec);
}

double used(const sim::Recording& run, const std::string& item) {
    for (const sim::Usage& each : support::node(run, "f").usages) {
        if (each.item == item) return each.amount;
    }
    return 0;
}

double mean_latency_s(const sim::Recording& run, const std::string& name) {
    double sum = 0;
    double count = 0;
    const auto& slices = support::node(run, name).slices;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        sum += slices[i].latency_sum_s;
        count += static_cast<double>(slices[i].finished);
    }
    return sum / count;
}

}  // namespace

TEST_CASE("there are as many environments as requests at a time, and each started once") {
    const auto run = play(function(10, R"("work": "250ms", "start_time": "0s")"));
    CHECK(measure(run, "f", "cold_starts") == 3);
    CHECK(measure(run, "f", "environments_peak") == 3);
}

TEST_CASE("an environment that was idle for longer than it is kept starts again") {
    const auto kept = play(function(1, R"("work": "100ms", "keep_alive": "2s")"));
    CHECK(measure(kept, "f", "cold_starts") == 1);
    const auto reclaimed = play(function(1, R"("work": "100ms", "keep_alive": "300ms")"));
    CHECK(measure(reclaimed, "f", "cold_starts") == measure(reclaimed, "f", "invocations"));
}

TEST_CASE("half a core's memory takes twice as long, and more than a core's no less") {
    const std::string work = R"("work": "100ms", "start_time": "0s")";
    const auto half = play(function(1, work, "", "512MiB"));
    CHECK(mean_latency_s(half, "users") == doctest::Approx(0.2));
    const auto four = play(function(1, work, "", "4GiB"));
    CHECK(mean_latency_s(four, "users") == doctest::Approx(0.1));
}

TEST_CASE("beyond its concurrency requests are refused: 20 a second of 100 ms, and one at a time") {
    const auto run = play(function(20, R"("work": "99ms", "start_time": "0s", "concurrency": 1)"));
    CHECK(measure(run, "f", "throttled") == doctest::Approx(1000).epsilon(0.01));
    CHECK(support::node(run, "users").totals.of(sim::Outcome::rejected) ==
          measure(run, "f", "throttled"));
}

TEST_CASE("what is paid: each request, and memory times time, rounded up, with the start or not") {
    const auto run =
        play(function(1, R"("work": "100.2ms", "start_time": "50ms", "keep_alive": "0s")"));
    CHECK(used(run, "function_requests") ==
          doctest::Approx(measure(run, "f", "invocations") / 1e6));
    // Time is billed when it is over: one request is under way at the end.
    const auto answered =
        static_cast<double>(support::node(run, "users").totals.of(sim::Outcome::succeeded));
    CHECK(used(run, "function_gb_seconds") == doctest::Approx(answered * 0.151));
    const auto without = play(function(
        1,
        R"("work": "100.2ms", "start_time": "50ms", "keep_alive": "0s", "bills_starts": false)"));
    CHECK(used(without, "function_gb_seconds") == doctest::Approx(answered * 0.101));
}

TEST_CASE("environments that are provisioned never start cold, and are paid for all the time") {
    const auto run = play(function(1, R"("work": "100ms", "keep_alive": "0s", "provisioned": 2)"));
    CHECK(measure(run, "f", "cold_starts") == 0);
    CHECK(used(run, "provisioned_gb_seconds") == doctest::Approx(200));
}

TEST_CASE("a service that is down loses its environments, and what was at work there fails") {
    const auto run = play(function(
        10, R"("work": "250ms", "start_time": "0s")",
        R"("failures": [{"kind": "crash", "target": "f", "at": "50s", "lasts": "10s"}],)"));
    CHECK(measure(run, "f", "cold_starts") == 6);
    CHECK(support::node(run, "users").totals.of(sim::Outcome::failed) ==
          doctest::Approx(102).epsilon(0.02));
}
