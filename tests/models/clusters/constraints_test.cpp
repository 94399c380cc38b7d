// Where pods may be placed, and who has to make room for whom.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/support/play.h"

using support::measure;

namespace {

// `pod` is of the server that is looked at; the other has three pods of a core.
std::string cluster_of(const std::string& pod, const std::string& machines,
                       const std::string& other = "") {
    return R"({"run": {"measure": "10min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "10/s", "calls": "app.get"},
        "others": {"kind": "open_loop", "rate": "10/s", "calls": "other.get"},
        "other": {"kind": "server", "cluster": "k8s", "memory": "1GiB", "replicas": 3, )" +
           other + R"("endpoints": {"get": [{"work": "5ms"}]}},
        "app": {"kind": "server", "cluster": "k8s", "memory": "1GiB", )" +
           pod + R"("endpoints": {"get": [{"work": "5ms"}]}},
        "k8s": {"kind": "cluster", )" +
           machines + "}}}";
}

sim::Recording run_of(const std::string& pod, const std::string& machines,
                      const std::string& other = "") {
    return support::play(cluster_of(pod, machines, other));
}

std::string problems(const std::string& pod, const std::string& machines) {
    return models::load({"test.json", {}, {}, cluster_of(pod, machines)}).problems.render();
}

const std::string kTwo = R"("machines": [{"zone": "a", "labels": ["disk=ssd"]},
                                         {"zone": "b", "taints": ["gpu"], "cpu": 8}])";

}  // namespace

TEST_CASE("a taint keeps away whom it is not tolerated by") {
    // One machine of four cores lets all in; the other is larger, and has room for the fifth pod.
    const auto kept_away = run_of(R"("replicas": 2, )", kTwo);
    CHECK(measure(kept_away, "k8s", "pending_last") == 1);
    const auto tolerates = run_of(R"("replicas": 2, "tolerations": ["gpu"], )", kTwo);
    CHECK(measure(tolerates, "k8s", "pending_last") == 0);
}

TEST_CASE("a node selector is for labels, and the zone is one") {
    const auto ssd = run_of(R"("replicas": 1, "node_selector": ["disk=ssd"], )", kTwo);
    CHECK(measure(ssd, "k8s", "pending_last") == 0);
    const auto full = run_of(R"("replicas": 2, "node_selector": ["zone=a"],
                                "tolerations": ["gpu"], )",
                             kTwo);
    CHECK(measure(full, "k8s", "pending_last") == 1);
}

TEST_CASE("never two of a kind in a zone") {
    const std::string zones =
        R"("machines": [{"zone": "a"}, {"zone": "a"}, {"zone": "b"}, {"zone": "c"}])";
    const auto run = run_of(R"("replicas": 4, "placement": "one_per_zone", )", zones);
    CHECK(measure(run, "k8s", "pending_last") == 1);
    CHECK(measure(run, "app", "ready") == 3);
}

TEST_CASE("a pod that no machine lets in is a problem of the scenario") {
    const auto has = [](const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(problems(R"("tolerations": ["gpu"], )", kTwo).empty());
    const std::string tainted = R"("machines": [{"taints": ["gpu"], "count": 2}])";
    CHECK(has(problems("", tainted), "has a taint that it does not tolerate"));
    CHECK(has(problems(R"("node_selector": ["disk=hdd"], )", kTwo), "has all of these labels"));
    // Only the machine that it may not be placed on would be large enough.
    CHECK(has(problems(R"("cores": 6, )", kTwo), "that its node_selector and tolerations allow"));
    CHECK(problems(R"("cores": 6, "tolerations": ["gpu"], )", kTwo).empty());
}

TEST_CASE("machines are ordered of a group that the pod may be placed on") {
    const auto run = run_of(R"("replicas": 6, "node_selector": ["disk=ssd"], )",
                            R"("max_machines": 10, "machines": [{"cpu": 4},
                               {"cpu": 4, "labels": ["disk=ssd"], "price": "$1/h"}])");
    CHECK(measure(run, "k8s", "pending_last") == 0);
    CHECK(measure(run, "k8s", "machines_last") == 3);
    const auto ordered = std::ranges::count(run.incidents, std::string("machines ordered"),
                                            [](const auto& each) { return each.what; });
    CHECK(ordered == 1);
}

TEST_CASE("a pod of a higher priority takes the place of lower ones, as their budget allows") {
    const std::string one = R"("machines": [{"cpu": 4}])";
    const auto run = run_of(R"("cores": 2, "priority": 10, )", one);
    // It needs two cores of which one is free: one of the three goes, and waits for a place.
    CHECK(measure(run, "k8s", "preempted") == 1);
    CHECK(measure(run, "app", "ready") > 0.9);
    CHECK(measure(run, "k8s", "pending_last") == 1);
    const auto protected_by_budget =
        run_of(R"("cores": 2, "priority": 10, )", one, R"("min_available": 3, )");
    CHECK(measure(protected_by_budget, "k8s", "preempted") == 0);
    CHECK(measure(protected_by_budget, "app", "ready") == 0);
    const auto equal = run_of(R"("cores": 2, )", one);
    CHECK(measure(equal, "k8s", "preempted") == 0);
}
