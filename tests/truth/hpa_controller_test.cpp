// The whole controller: one reconcile as Kubernetes' own tests have it, and traces of a
// re-implementation that reproduces them, one reconcile after the other.
#include <doctest/doctest.h>

#include <vector>

#include "models/autoscalers/hpa/controller.h"
#include "models/autoscalers/hpa/replica_calculator.h"
#include "tests/truth/hpa_tables.h"

using namespace truth;

namespace {

// One reconcile of upstream's test of the whole controller; its pods are 1 core or less.
Replicas reconciled(const Json& test) {
    const Json none = Json::array();
    const Json& levels = test.at("reportedLevels_milli_per_pod");
    const Json& requests = test.at("reportedCPURequests_cores");
    const Json starts = test.value("reportedPodStartTime", none);
    const Json readiness = test.value("reportedPodReadiness", none);
    const Json phases = test.value("reportedPodPhase", none);
    const Json deletions = test.value("reportedPodDeletionTimestamp", none);
    // Upstream's test has as many pods as there are requests, or else as replicas.
    const auto initial = test.at("initialReplicas").get<Replicas>();
    const std::size_t count =
        requests.empty() ? static_cast<std::size_t>(initial) : requests.size();
    Pods pods;
    for (std::size_t index = 0; index < count; ++index) {
        Pod pod;
        pod.id = static_cast<PodId>(index);
        const bool hot = index < starts.size() && starts[index] == "hot";
        const bool cool = index < starts.size() && starts[index] == "cool";
        pod.started = hot ? kNow : cool ? time_of(-180) : kLongAgo;
        const bool ready = index >= readiness.size() || readiness[index] == "True";
        pod.readiness = Readiness{ready, pod.started};
        if (index < phases.size()) pod.phase = phase_of(phases[index]);
        pod.deleted = index < deletions.size() && deletions[index] == "true";
        if (!requests.empty()) {
            const double cores = std::stod(requests[index].get<std::string>());
            pod.request = static_cast<Milli>(std::lround(cores * 1000));
        }
        pods.push_back(pod);
    }
    PodMetrics metrics;
    for (std::size_t index = 0; index < levels.size(); ++index) {
        metrics[static_cast<PodId>(index)] = {levels[index].get<Milli>(), kNow,
                                              std::chrono::minutes(1)};
    }
    const Census census{
        initial, pods, {std::chrono::seconds(120), std::chrono::seconds(10)}, {}, kNow};
    Proposal proposal = for_utilisation(census, metrics, Resource::cpu,
                                        value_or<std::int32_t>(test, "CPUTarget", 80));
    if (metrics.empty()) proposal = refused(Refusal::no_resource_metrics);
    const Controller::Plan plan{
        {test.at("minReplicas").get<Replicas>(), test.at("maxReplicas").get<Replicas>()},
        std::nullopt,
        std::chrono::minutes(5)};
    // The tests that scale down begin with an empty record, but the two that are about it.
    const std::string id = test.at("id");
    const bool keeps_start = id == "TestScaleDownStabilizeInitialSize" ||
                             id == "TestStabilizeDownscale" || !id.starts_with("TestScaleDown");
    Controller controller = keeps_start ? Controller(plan) : Controller(plan, Recommendations{});
    if (id == "TestMinReplicas" || id == "TestMinReplicasDesiredZero") {
        controller = Controller(plan, Recommendations{});
    }
    return controller.reconcile(initial, proposal, kNow).replicas;
}

}  // namespace

TEST_CASE("hpa: one reconcile of the whole controller") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("whole controller");
    for (const Json& test : file.at("whole_controller_no_behavior").at("cases")) {
        tally.begin(test.at("id"));
        tally.same("replicas", reconciled(test),
                   test.at("expectedDesiredReplicas").get<Replicas>());
    }
}

TEST_CASE("hpa: reconcile after reconcile") {
    const Json file = truth::file("hpa_traces.json");
    Tally tally("traces");
    for (const Json& trace : file.at("traces")) {
        tally.begin(trace.at("id"));
        Controller::Plan plan;
        plan.bounds = {trace.at("min").get<Replicas>(), trace.at("max").get<Replicas>()};
        const Json& behavior = trace.at("behavior");
        if (behavior.is_object()) {
            plan.behavior =
                Behavior{rules_of(behavior.at("scaleUp")), rules_of(behavior.at("scaleDown"))};
        }
        Controller controller(plan);
        auto current = trace.at("start_replicas").get<Replicas>();
        for (const Json& row : trace.at("rows")) {
            const std::string at = "at " + row[0].dump() + " s, ";
            Proposal proposal;
            proposal.replicas = row[1].get<Replicas>();
            tally.same(at + "current", current, row[2].get<Replicas>());
            const Controller::Decision decision =
                controller.reconcile(current, proposal, time_of(row[0].get<double>()));
            if (!row[3].is_null()) {
                tally.same(at + "stabilised", decision.stabilized.value_or(-1),
                           row[3].get<Replicas>());
            }
            tally.same(at + "replicas", decision.replicas, row[4].get<Replicas>());
            tally.same(at + "reason", text_of(decision.reason), row[5].get<std::string>());
            current = decision.replicas;
        }
    }
}
