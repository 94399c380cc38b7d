// The horizontal pod autoscaler against Kubernetes' own test tables, and against traces of a
// re-implementation that reproduces them. What is called here is what a run calls.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <vector>

#include "models/autoscalers/hpa/behavior.h"
#include "models/autoscalers/hpa/controller.h"
#include "models/autoscalers/hpa/pod.h"
#include "tests/truth/tally.h"

using namespace models::hpa;
using truth::Json;
using truth::Tally;

namespace {

// "Now" of every case: long after whatever started "long ago".
constexpr sim::Time kNow{std::chrono::hours(24)};
constexpr sim::Time kLongAgo{};

sim::Duration duration_of(double s) {
    return sim::Duration(static_cast<std::int64_t>(std::llround(s * 1e9)));
}
sim::Time time_of(double s) {
    return kNow + duration_of(s);
}

template <class T>
T value_or(const Json& object, const char* name, T otherwise) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? otherwise : found->get<T>();
}

PodPhase phase_of(const std::string& text) {
    if (text == "Running") return PodPhase::running;
    if (text == "Pending") return PodPhase::pending;
    if (text == "Succeeded") return PodPhase::succeeded;
    REQUIRE(text == "Failed");
    return PodPhase::failed;
}

SelectPolicy select_policy_of(const std::string& text) {
    if (text == "Max") return SelectPolicy::max;
    if (text == "Min") return SelectPolicy::min;
    REQUIRE(text == "Disabled");
    return SelectPolicy::disabled;
}

ScalingRules rules_of(const Json& json) {
    ScalingRules rules;
    rules.stabilization_window = duration_of(json.at("stabilizationWindowSeconds"));
    rules.select_policy = select_policy_of(json.at("selectPolicy"));
    for (const Json& policy : json.at("policies")) {
        rules.policies.push_back(
            {policy.at("type") == "Pods" ? PolicyType::pods : PolicyType::percent,
             policy.at("value").get<std::int32_t>(), duration_of(policy.at("periodSeconds"))});
    }
    return rules;
}

ScaleEvents events_of(const Json& list) {
    std::vector<ScaleEvents::Event> events;
    for (const Json& event : list) {
        events.push_back({event.at("replica_change").get<Replicas>(), time_of(event.at("t_s"))});
    }
    return ScaleEvents(events);
}

Recommendations recommendations_of(const Json& list) {
    std::vector<Recommendations::Recommendation> all;
    for (const Json& each : list) {
        all.push_back({each.at("replicas").get<Replicas>(), time_of(each.at("t_s"))});
    }
    return Recommendations(all);
}

// A pod of the calculator's table. The tests of upstream give every pod a Ready condition that
// last changed when the pod started.
Pod pod_of(const Json& json, PodId id) {
    Pod pod;
    pod.id = id;
    pod.phase = phase_of(json.at("phase"));
    pod.deleted = value_or(json, "deletion_timestamp_set", false);
    const Json& age = json.at("age_s");
    pod.started = age.is_string() ? kLongAgo : time_of(-age.get<double>());
    pod.readiness = Readiness{json.at("ready").get<bool>(), pod.started};
    if (json.contains("cpu_request_milli")) pod.request = json.at("cpu_request_milli").get<Milli>();
    return pod;
}

struct Names {
    std::map<std::string, PodId> ids;
    PodId of(const std::string& name) {
        return ids.try_emplace(name, static_cast<PodId>(ids.size())).first->second;
    }
};

// Custom metrics come as a list, one for each pod that is not on its way out.
PodMetrics metrics_of(const Json& test, Names& names, const Pods& pods) {
    PodMetrics metrics;
    const PodMetric fresh{0, kNow, std::chrono::minutes(1)};
    if (test.contains("metrics_milli_per_pod")) {
        for (const auto& item : test.at("metrics_milli_per_pod").items()) {
            PodMetric metric = fresh;
            metric.value = item.value();
            metrics[names.of(item.key())] = metric;
        }
    } else {
        std::size_t index = 0;
        for (const Json& value : test.at("metric_values_milli")) {
            PodMetric metric = fresh;
            metric.value = value;
            metrics[pods.at(index++).id] = metric;
        }
    }
    return metrics;
}

Proposal proposal_of(const Json& test) {
    Names names;
    Pods pods;
    for (const Json& pod : test.at("pods")) pods.push_back(pod_of(pod, names.of(pod.at("name"))));
    const double tolerance = test.at("tolerance");
    const Census census{test.at("current_replicas").get<Replicas>(),
                        pods,
                        {std::chrono::seconds(120), std::chrono::seconds(10)},
                        {tolerance, tolerance},
                        kNow};
    const std::string type = test.at("metric_type");
    if (type.starts_with("Object/") || type.starts_with("External/")) {
        const auto values = test.at("metric_values_milli").get<std::vector<Milli>>();
        const Milli target = test.at("target_milli");
        return type.ends_with("/Value") ? for_value(census, values, target)
                                        : for_value_per_pod(census, values, target);
    }
    const Resource resource =
        type.find("cpu") != std::string::npos ? Resource::cpu : Resource::other;
    const PodMetrics metrics = metrics_of(test, names, pods);
    if (metrics.empty()) return refused(Refusal::no_resource_metrics);
    if (type.starts_with("Resource/Utilization")) {
        return for_utilisation(census, metrics, resource,
                               test.at("target_utilization_pct").get<std::int32_t>());
    }
    return for_average(census, metrics, resource, test.at("target_milli").get<Milli>());
}

// The reason is what upstream's message contains.
void compare(Tally& tally, const Proposal& proposal, const Json& expected) {
    const std::string error = value_or<std::string>(expected, "error", "");
    if (!error.empty()) {
        const std::string got(text_of(proposal.refusal));
        const bool same = !got.empty() && error.find(got) != std::string::npos;
        tally.same("error (" + error + ", got \"" + got + "\")", same, true);
        return;
    }
    tally.same("error", text_of(proposal.refusal), "");
    tally.same("replicas", proposal.replicas, expected.at("replicas").get<Replicas>());
    tally.same("metric", proposal.metric, expected.at("reported_metric").get<std::int64_t>());
    const auto raw = expected.find("reported_raw_average_milli");
    if (raw != expected.end() && !raw->is_null()) {
        tally.same("raw average", proposal.raw_average, raw->get<Milli>());
    }
}

}  // namespace

TEST_CASE("hpa: the replica calculator's cases") {
    const Json file = truth::file("hpa_replica_calculator.json");
    Tally tally("replica calculator");
    for (const Json& test : file.at("replica_calculator")) {
        tally.begin(test.at("id"));
        compare(tally, proposal_of(test), test.at("expected"));
    }
}

TEST_CASE("hpa: ratios of use to target") {
    const Json file = truth::file("hpa_replica_calculator.json");
    Tally tally("ratios");
    for (const Json& test : file.at("utilization_ratio")) {
        tally.begin(test.at("id"));
        Names names;
        PodMetrics metrics;
        for (const auto& item : test.at("metrics").items()) {
            metrics[names.of(item.key())].value = item.value();
        }
        Ratio ratio;
        if (test.contains("requests")) {
            std::map<PodId, Milli> requests;
            for (const auto& item : test.at("requests").items()) {
                requests[names.of(item.key())] = item.value();
            }
            ratio = utilisation_ratio(metrics, requests, test.at("target").get<std::int32_t>());
        } else {
            ratio = average_ratio(metrics, test.at("target").get<Milli>());
        }
        if (test.contains("expected_error")) {
            tally.same("error", text_of(ratio.refusal),
                       test.at("expected_error").get<std::string>());
            continue;
        }
        tally.same("ratio", ratio.ratio, test.at("expected_ratio").get<double>());
        tally.same("metric", ratio.metric, test.at("expected_utilization").get<std::int64_t>());
        if (test.contains("expected_raw_avg")) {
            tally.same("raw average", ratio.raw_average, test.at("expected_raw_avg").get<Milli>());
        }
    }
}

TEST_CASE("hpa: which pods count") {
    const Json file = truth::file("hpa_replica_calculator.json");
    Tally tally("groups of pods");
    for (const Json& test : file.at("group_pods")) {
        tally.begin(test.at("id"));
        Names names;
        Pods pods;
        PodMetrics metrics;
        for (const Json& json : test.at("pods")) {
            Pod pod;
            pod.id = names.of(json.at("name"));
            pod.phase = phase_of(value_or<std::string>(json, "phase", "Running"));
            pod.deleted =
                value_or(json, "deletion_timestamp_set", value_or(json, "deleted", false));
            pod.started = time_of(value_or(json, "start", 0.0));
            if (json.contains("condition") && !json.at("condition").is_null()) {
                const Json& condition = json.at("condition");
                pod.readiness = Readiness{condition.at("ready").get<bool>(),
                                          time_of(value_or(condition, "transition", 0.0))};
            }
            pods.push_back(pod);
            if (json.contains("metric") && !json.at("metric").is_null()) {
                const Json& metric = json.at("metric");
                metrics[pod.id] = {1, time_of(value_or(metric, "timestamp", 0.0)),
                                   duration_of(value_or(metric, "window_s", 0.0))};
            }
        }
        const ReadinessRules rules{duration_of(test.at("cpu_initialization_period_s")),
                                   duration_of(test.at("delay_of_initial_readiness_s"))};
        const Resource resource = test.at("resource") == "cpu" ? Resource::cpu : Resource::other;
        const PodGroups groups = group_pods(pods, metrics, resource, rules, kNow);
        const Json& expected = test.at("expected");
        const auto ids = [&](const char* name) {
            std::set<PodId> all;
            for (const Json& pod : expected.at(name)) all.insert(names.of(pod));
            return all;
        };
        tally.same("ready", groups.ready, expected.at("ready_pod_count").get<std::size_t>());
        tally.same("unready are right", groups.unready == ids("unready"), true);
        tally.same("missing are right", groups.missing == ids("missing"), true);
        tally.same("ignored are right", groups.ignored == ids("ignored"), true);
    }
}

TEST_CASE("hpa: sets of pods of every kind") {
    const Json file = truth::file("hpa_generated_cases.json");
    const Json& parameters = file.at("parameters");
    const ReadinessRules rules{duration_of(parameters.at("cpu_initialization_period_s")),
                               duration_of(parameters.at("initial_readiness_delay_s"))};
    Tally tally("generated sets of pods");
    for (const Json& test : file.at("cases")) {
        tally.begin(test.at("id"));
        Pods pods;
        PodMetrics metrics;
        for (const Json& json : test.at("pods")) {
            Pod pod;
            pod.id = static_cast<PodId>(pods.size());
            pod.phase = phase_of(json.at("phase"));
            pod.deleted = json.at("deletion_timestamp_set");
            pod.started = time_of(json.at("start_s"));
            pod.readiness =
                Readiness{json.at("ready").get<bool>(), time_of(json.at("ready_transition_s"))};
            pod.request = json.at("cpu_request_milli").get<Milli>();
            if (!json.at("metric_milli").is_null()) {
                metrics[pod.id] = {json.at("metric_milli").get<Milli>(),
                                   time_of(json.at("metric_timestamp_s")),
                                   duration_of(json.at("metric_window_s"))};
            }
            pods.push_back(pod);
        }
        const Census census{
            test.at("current_replicas").get<Replicas>(),
            pods,
            rules,
            {test.at("tolerance_down").get<double>(), test.at("tolerance_up").get<double>()},
            kNow};
        const auto target = test.at("target_utilization_pct").get<std::int32_t>();
        compare(tally, for_utilisation(census, metrics, Resource::cpu, target),
                test.at("expected"));
    }
}

TEST_CASE("hpa: limits without a behavior") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("legacy limits");
    for (const Json& test : file.at("convert_with_rules_no_behavior")) {
        tally.begin(test.at("id"));
        const Limited limited =
            limit_legacy(test.at("current").get<Replicas>(), test.at("desired").get<Replicas>(),
                         {test.at("min").get<Replicas>(), test.at("max").get<Replicas>()});
        tally.same("replicas", limited.replicas, test.at("expected").get<Replicas>());
        tally.same("condition", text_of(limited.reason),
                   test.at("expected_condition").get<std::string>());
    }
}

TEST_CASE("hpa: stabilisation") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("stabilisation");
    for (const Json& test : file.at("stabilize_no_behavior")) {
        tally.begin(test.at("id"));
        Recommendations past = recommendations_of(test.at("recommendations"));
        const sim::Duration window = duration_of(test.at("downscale_stabilization_window_s"));
        tally.same("replicas",
                   past.stabilize_legacy(test.at("desired").get<Replicas>(), window, kNow),
                   test.at("expected_stabilized").get<Replicas>());
    }
    for (const Json& test : file.at("stabilize_with_behavior")) {
        tally.begin(test.at("id"));
        Recommendations past = recommendations_of(test.at("recommendations"));
        Behavior behavior;
        behavior.scale_up.stabilization_window = duration_of(test.at("scale_up_window_s"));
        behavior.scale_down.stabilization_window = duration_of(test.at("scale_down_window_s"));
        tally.same("replicas",
                   past.stabilize(test.at("current").get<Replicas>(),
                                  test.at("desired").get<Replicas>(), behavior, kNow),
                   test.at("expected_stabilized").get<Replicas>());
    }
}

TEST_CASE("hpa: scaling rules") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("scaling rules");
    for (const Json& test : file.at("scaling_with_rules")) {
        tally.begin(test.at("id"));
        Behavior behavior;
        if (test.contains("scale_up") && test.at("scale_up").is_object()) {
            behavior.scale_up = rules_of(test.at("scale_up"));
        }
        if (test.contains("scale_down") && test.at("scale_down").is_object()) {
            behavior.scale_down = rules_of(test.at("scale_down"));
        }
        const ScaleHistory history{events_of(test.value("scale_up_events", Json::array())),
                                   events_of(test.value("scale_down_events", Json::array()))};
        const auto current = test.at("current").get<Replicas>();
        if (test.contains("expected_scale_up_limit")) {
            tally.same("limit", scale_up_limit(current, history, behavior.scale_up, kNow),
                       test.at("expected_scale_up_limit").get<Replicas>());
            continue;
        }
        if (test.contains("expected_scale_down_limit")) {
            tally.same("limit", scale_down_limit(current, history, behavior.scale_down, kNow),
                       test.at("expected_scale_down_limit").get<Replicas>());
            continue;
        }
        const Limited limited =
            limit(current, test.at("desired").get<Replicas>(),
                  {test.at("min").get<Replicas>(), test.at("max").get<Replicas>()}, behavior,
                  history, kNow);
        tally.same("replicas", limited.replicas, test.at("expected_replicas").get<Replicas>());
        tally.same("condition", text_of(limited.reason),
                   test.at("expected_condition").get<std::string>());
    }
}

TEST_CASE("hpa: the store of changes") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("store of changes");
    for (const Json& test : file.at("store_scale_events")) {
        tally.begin(test.at("id"));
        ScaleEvents events = events_of(test.at("previous_events"));
        tally.same("change in the last minute", events.within(std::chrono::seconds(60), kNow),
                   test.at("expected_replica_change_in_last_60s").get<Replicas>());
        const Json& policies = test.at("policies");
        sim::Duration longest{};
        if (policies.is_object()) {
            longest = std::max(duration_of(value_or(policies, "pods_period_s", 0.0)),
                               duration_of(value_or(policies, "percent_period_s", 0.0)));
            events.add(test.at("new_change").get<Replicas>(), longest, kNow);
        }
        std::vector<Replicas> after;
        for (const ScaleEvents::Event& event : events.events()) after.push_back(event.change);
        const auto expected = test.at("expected_events_after").get<std::vector<Replicas>>();
        tally.same("events are right", after == expected, true);
    }
}

TEST_CASE("hpa: percentages as Go rounds them") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("rounding");
    for (const Json& row : file.at("percent_policy_float_rounding").at("rows")) {
        tally.begin(row.dump());
        ScalingRules rules;
        rules.policies = {
            {PolicyType::percent, row.at("percent").get<std::int32_t>(), std::chrono::seconds(60)}};
        const auto current = row.at("n").get<Replicas>();
        if (row.contains("scale_up_limit")) {
            tally.same("up", scale_up_limit(current, {}, rules, kNow),
                       row.at("scale_up_limit").get<Replicas>());
        } else {
            tally.same("down", scale_down_limit(current, {}, rules, kNow),
                       row.at("scale_down_limit").get<Replicas>());
        }
    }
}

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
