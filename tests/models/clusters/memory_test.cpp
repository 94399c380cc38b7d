// Machines that run out of memory, in whole runs.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

// Two servers on machines of 4 GiB; requests to "big" hold 50 MiB for a second each, to "small"
// nothing. They have 1000 MiB and 1 GiB without any request.
std::string host(const std::string& rate, const std::string& big, const std::string& small,
                 const std::string& cluster = R"("machines": [{"memory": "4GiB"}])") {
    return R"({"run": {"measure": "5min"}, "nodes": {
        "users": {"kind": "open_loop", "arrivals": "constant", "rate": ")" +
           rate + R"(", "calls": "big.get"},
        "others": {"kind": "open_loop", "arrivals": "constant", "rate": "10/s",
                   "calls": "small.get"},
        "big": {"kind": "server", "cluster": "host", "cpu_request": 0.1, "memory": "4GiB",
                "base_memory": "1000MiB", "memory_per_request": "50MiB", "threads": 1000, )" +
           big + R"("endpoints": {"get": [{"wait": "1010ms"}]}},
        "small": {"kind": "server", "cluster": "host", "cpu_request": 0.1, "memory": "3GiB",
                  "base_memory": "1GiB", "memory_per_request": "0B", )" +
           small + R"("endpoints": {"get": [{"work": "1ms"}]}},
        "host": {"kind": "cluster", )" +
           cluster + "}}}";
}

double count_of(const sim::Recording& run, const std::string& where, const std::string& what) {
    return static_cast<double>(std::ranges::count_if(
        run.incidents, [&](const auto& each) { return each.what == what && each.node == where; }));
}

const std::string kGib = R"("memory_request": "1GiB", )";

}  // namespace

TEST_CASE("a machine with little memory left evicts the pod that is over its request") {
    // 40 or 41 requests of 50 MiB: 1000, 2050 and 1024 MiB, 22 of 4096 are left.
    const auto run = support::play(host("40/s", kGib, kGib));
    CHECK(measure(run, "host", "evicted") > 0);
    CHECK(count_of(run, "big", "evicted") == measure(run, "host", "evicted"));
    CHECK(count_of(run, "small", "evicted") == 0);
    CHECK(measure(run, "host", "oom_killed") == 0);
    // Half of it: 1 GiB is left, and nobody goes.
    const auto calm = support::play(host("20/s", kGib, kGib));
    CHECK(measure(calm, "host", "evicted") == 0);
}

TEST_CASE("who keeps to its request stays, and who requested nothing goes first") {
    const auto run =
        support::play(host("40/s", R"("memory_request": "3GiB", )", R"("memory_request": "0B", )"));
    CHECK(count_of(run, "small", "evicted") > 0);
    CHECK(count_of(run, "big", "evicted") == 0);
}

TEST_CASE("priority comes before usage") {
    // Both are over their requests, and `big` by more.
    const std::string little = R"("memory_request": "500MiB", )";
    const auto run = support::play(host("40/s", R"("priority": 100, )" + little, little));
    CHECK(count_of(run, "small", "evicted") > 0);
    CHECK(count_of(run, "big", "evicted") == 0);
}

TEST_CASE("memory that runs out between two looks is for the kernel") {
    // kubelet looks every 10 s; 60 requests of 50 MiB are there after one second.
    const auto run = support::play(host("60/s", R"("memory_request": "1GiB", )", kGib));
    CHECK(measure(run, "host", "oom_killed") > 0);
    CHECK(measure(run, "host", "memory_peak") > 1);
}

TEST_CASE("a host without kubelet only has the kernel, which takes the largest") {
    const std::string compose = R"("machines": [{"memory": "4GiB"}], "eviction_hard": "0B")";
    const auto run = support::play(
        host("60/s", R"("memory_request": "0B", )", R"("memory_request": "0B", )", compose));
    CHECK(measure(run, "host", "evicted") == 0);
    CHECK(measure(run, "big", "oom_killed") > 0);
    CHECK(measure(run, "small", "oom_killed") == 0);
    const auto fits = support::play(
        host("38/s", R"("memory_request": "0B", )", R"("memory_request": "0B", )", compose));
    CHECK(measure(fits, "host", "oom_killed") == 0);
}

TEST_CASE("an evicted pod is placed on another machine") {
    const auto run = support::play(
        host("40/s", kGib, R"("memory_request": "1GiB", "node_selector": ["zone=a"], )",
             R"("machines": [{"memory": "4GiB", "zone": "a"}, {"memory": "16GiB", "zone": "b"}])"));
    CHECK(measure(run, "host", "evicted") == 1);
    CHECK(measure(run, "host", "pending_last") == 0);
}

TEST_CASE("pods are placed by the memory that they request, and those without by pressure") {
    const auto pending = [](const std::string& big, const std::string& small) {
        return measure(support::play(host("1/s", big, small)), "host", "pending_last");
    };
    CHECK(pending(R"("memory_request": "3GiB", )", kGib) == 0);
    CHECK(pending("", "") == 1);  // 3 GiB each
}
