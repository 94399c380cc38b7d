// The replica calculator against Kubernetes' own test tables: from pods and their metrics to a
// number of replicas. What is called here is what a run calls.
#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "models/autoscalers/hpa/replica_calculator.h"
#include "tests/truth/hpa_tables.h"

using namespace truth;

namespace {

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
