// Taints that come while pods are there: who is evicted, when, and where others go.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/support/play.h"

using support::measure;

namespace {

struct Plan {
    std::string pod{};
    std::string taints{};
    std::string machines = R"([{"count": 2, "cpu": 4}])";
    std::string rest{};
};

// Two pods, one on each machine; each machine has room for both.
std::string cluster_of(const Plan& plan) {
    return fmt::format(R"({{"run": {{"measure": "5min"}}, "nodes": {{
        "users": {{"kind": "open_loop", "rate": "10/s", "calls": "app.get"}},
        "app": {{"kind": "server", "cluster": "k8s", "memory": "1GiB", "replicas": 2, {}
                 "endpoints": {{"get": [{{"work": "5ms"}}]}}}},
        "k8s": {{"kind": "cluster", "machines": {}, "taints": [{}]}}}}{}}})",
                       plan.pod, plan.machines, plan.taints, plan.rest);
}

std::string maintenance(const std::string& effect = "NoExecute") {
    return fmt::format(R"({{"taint": "maintenance:{}", "at": "60s", "lasts": "2min"}})", effect);
}

std::vector<double> when(const sim::Recording& run, const std::string& what) {
    std::vector<double> times;
    for (const sim::Incident& each : run.incidents) {
        const double s = sim::seconds(each.at.time_since_epoch());
        if (each.what == what) times.push_back(std::round(s * 1000) / 1000);
    }
    return times;
}

std::string problems(const Plan& plan) {
    return models::load({"test.json", {}, {}, cluster_of(plan)}).problems.render();
}

}  // namespace

TEST_CASE("a taint with NoExecute evicts who does not tolerate it, at once") {
    Plan plan;
    plan.taints = maintenance();
    const auto run = support::play(cluster_of(plan));
    CHECK(measure(run, "k8s", "evicted_by_taints") == 1);
    CHECK(when(run, "evicted") == std::vector{60.0});
    CHECK(measure(run, "k8s", "pending_peak") == 0);  // the other machine has room
}

TEST_CASE("NoSchedule evicts nobody") {
    Plan plan;
    plan.taints = maintenance("NoSchedule");
    CHECK(measure(support::play(cluster_of(plan)), "k8s", "evicted_by_taints") == 0);
}

TEST_CASE("who tolerates a taint stays, or goes after toleration_seconds") {
    Plan plan;
    plan.taints = maintenance();
    plan.pod = R"("tolerations": ["maintenance"], )";
    CHECK(measure(support::play(cluster_of(plan)), "k8s", "evicted_by_taints") == 0);

    // The one that takes its place may come there again: it is evicted 40 s later, or goes
    // elsewhere. The machine with fewer pods is this one.
    plan.pod = R"("tolerations": ["maintenance"], "toleration_seconds": {"maintenance": "100s"}, )";
    CHECK(when(support::play(cluster_of(plan)), "evicted") == std::vector{160.0});

    plan.pod = R"("tolerations": ["maintenance"], "toleration_seconds": {"maintenance": "150s"}, )";
    CHECK(when(support::play(cluster_of(plan)), "evicted").empty());  // it was removed before
}

TEST_CASE("a budget keeps nobody from a taint's eviction") {
    Plan plan;
    plan.taints = maintenance();
    plan.pod = R"("min_available": 2, )";
    CHECK(measure(support::play(cluster_of(plan)), "k8s", "evicted_by_taints") == 1);
}

TEST_CASE("a machine that pods would rather avoid is taken when there is no room elsewhere") {
    Plan plan;
    plan.machines = R"([{"cpu": 1, "zone": "a"}, {"cpu": 4, "zone": "b",
                         "taints": ["spot:PreferNoSchedule"]}])";
    const auto run = support::play(cluster_of(plan));
    CHECK(measure(run, "k8s", "pending_last") == 0);
    plan.machines = R"([{"cpu": 4, "zone": "a"}, {"cpu": 4, "zone": "b",
                         "taints": ["spot:PreferNoSchedule"]}])";
    plan.rest = R"(, "failures": [{"kind": "machine_down", "target": "k8s[1]", "at": "100s",
                                   "lasts": "10s"}])";
    // Both stand in zone a, though they would be spread: the other machine is missed by nobody.
    const auto spared = support::play(cluster_of(plan));
    CHECK(support::node(spared, "users").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("toleration_seconds of an unreachable machine stand for evict_after") {
    Plan plan;
    plan.rest = R"(, "failures": [{"kind": "machine_down", "target": "k8s[0]", "at": "10s",
                                   "lasts": "4min"}])";
    plan.pod = R"("toleration_seconds": {"unreachable": "30s"}, )";
    // Not ready after 40 s, lost 30 s after that.
    CHECK(when(support::play(cluster_of(plan)), "lost") == std::vector{80.0});
}

TEST_CASE("taints that cannot be meant are refused") {
    Plan plan;
    plan.taints = maintenance("NoExecutes");
    CHECK(problems(plan).find("did you mean \"NoExecute\"?") != std::string::npos);
    plan.taints = R"({"taint": "maintenance", "at": "1s", "first": 2})";
    CHECK(problems(plan).find("there is no machine 2 to taint") != std::string::npos);
    plan.taints = {};
    plan.pod = R"("toleration_seconds": {"maintenance": "1s"}, )";
    CHECK(problems(plan).find("\"maintenance\" is not tolerated at all") != std::string::npos);
}
