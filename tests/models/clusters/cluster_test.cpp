// Machines that are ordered for pods in whole runs.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/support/play.h"

using support::measure;

namespace {

// One machine of 4 cores that is full; at 1 s there are to be more pods of the same size.
sim::Recording grow(const std::string& pod, int from, int to, const std::string& cluster) {
    return support::play(R"({"run": {"measure": "15min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "1/s", "calls": "app.get"},
        "app": {"kind": "server", "memory": "1GiB", "cluster": "machines", )" +
                         pod + R"("replicas": )" + std::to_string(from) + R"(,
                "autoscaler": {"kind": "scheduled", "actions": [{"at": "1s", "replicas": )" +
                         std::to_string(to) + R"(}]},
                "endpoints": {"get": [{"work": "5ms"}]}},
        "machines": {"kind": "cluster", )" +
                         cluster + R"(, "max_machines": 1000}}})");
}

double times(const sim::Recording& run, const std::string& what) {
    return static_cast<double>(
        std::ranges::count(run.incidents, what, [](const auto& each) { return each.what; }));
}

}  // namespace

TEST_CASE("eight pods of a core that wait get two machines of four cores, ordered once") {
    const auto run = grow("", 4, 12, R"("machines": [{}])");
    CHECK(measure(run, "machines", "machines_last") == 3);
    CHECK(measure(run, "machines", "pending_last") == 0);
    CHECK(times(run, "machines ordered") == 1);
    const auto halves = grow(R"("cpu_request": 0.5, )", 8, 20, R"("machines": [{}])");
    CHECK(measure(halves, "machines", "machines_last") == 3);
}

TEST_CASE("zones that may differ by one: both grow, and no more than is needed") {
    const auto run =
        grow(R"("zone_skew": 1, )", 8, 20, R"("machines": [{"zone": "a"}, {"zone": "b"}])");
    CHECK(measure(run, "machines", "machines_last") == 6);  // 10 pods a zone
    CHECK(measure(run, "machines", "pending_last") == 0);
    CHECK(measure(run, "app", "ready") > 8);
}

TEST_CASE("a pod that is larger than every machine is a problem of the scenario") {
    const auto problems = [](const std::string& pod) {
        return models::load({"test.json",
                             {},
                             {},
                             R"({"nodes": {
            "users": {"kind": "open_loop", "rate": "1/s", "calls": "app.get"},
            "app": {"kind": "server", "cluster": "k8s", )" +
                                 pod +
                                 R"("endpoints": {"get": [{"work": "5ms"}]}},
            "k8s": {"kind": "cluster", "machines": [{"cpu": 2, "memory": "64GiB"}, {"cpu": 4}]}}})"})
            .problems.render();
    };
    CHECK(problems(R"("cores": 4, )").empty());
    CHECK(problems(R"("cores": 8, "cpu_request": 0.5, )").empty());
    CHECK(problems(R"("cores": 8, )").find("an instance asks for 8 cores") != std::string::npos);
    CHECK(problems(R"("cores": 4, "memory": "32GiB", )").find("no machine of \"k8s\" has both") !=
          std::string::npos);
    CHECK(problems(R"("rollouts": [{"at": "1s", "cores": 16}], )").find("16 cores") !=
          std::string::npos);
}

TEST_CASE("a machine stays whose pod finds no place, however much is free in all") {
    // 1.5 cores are free on each of the first two, 3 in all, and the pod on the third asks for 2.
    const auto run = support::play(R"({"run": {"measure": "30min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "1/s", "calls": "large.get"},
        "others": {"kind": "open_loop", "rate": "1/s", "calls": "small.get"},
        "large": {"kind": "server", "replicas": 2, "cores": 3, "cpu_request": 2.5, "memory": "1GiB",
                  "cluster": "machines", "endpoints": {"get": [{"work": "5ms"}]}},
        "small": {"kind": "server", "cores": 2, "memory": "1GiB", "cluster": "machines",
                  "endpoints": {"get": [{"work": "5ms"}]}},
        "machines": {"kind": "cluster", "machines": [{"count": 2}], "max_machines": 3,
                     "scale_down_unneeded_time": "1min",
                     "scale_down_utilization_threshold": "60%"}}})");
    CHECK(measure(run, "machines", "machines_removed") == 0);
    CHECK(measure(run, "machines", "machines_last") == 3);
    CHECK(measure(run, "machines", "pending_last") == 0);
}

TEST_CASE("machines that are ordered fail at random as the others do") {
    const auto run = support::play(R"({"run": {"measure": "15min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "1/s", "calls": "app.get"},
        "app": {"kind": "server", "replicas": 8, "memory": "1GiB", "cluster": "machines",
                "endpoints": {"get": [{"work": "5ms"}]}},
        "machines": {"kind": "cluster", "machines": [{}], "max_machines": 2}},
        "failures": [{"kind": "machine_down", "target": "machines", "time_to_fail": "200s",
                      "time_to_repair": "1s"}]})");
    const auto failures_of = [&](const std::string& machine) {
        return std::ranges::count_if(run.incidents,
                                     [&](const auto& each) { return each.node == machine; });
    };
    CHECK(failures_of("machines[0]") > 0);
    CHECK(failures_of("machines[1]") > 0);
}
