#include "models/autoscalers/hpa/replica_calculator.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models::hpa {

namespace {

Replicas whole(double count) {
    constexpr double kMostReplicas = std::numeric_limits<Replicas>::max();
    return static_cast<Replicas>(std::clamp(std::ceil(count), -kMostReplicas, kMostReplicas));
}

void remove(PodMetrics& metrics, const std::set<PodId>& pods) {
    for (const PodId pod : pods) metrics.erase(pod);
}

void assume(PodMetrics& metrics, const std::set<PodId>& pods, Milli value) {
    for (const PodId pod : pods) metrics[pod] = {value, {}, {}};
}

// The rule that utilisations and averages share. `ratio_of` compares metrics with the target,
// `at_target` is what a pod without a metric is assumed to use on the way down.
template <class RatioOf, class AtTarget>
Proposal propose(const Census& census, PodMetrics& metrics, const PodGroups& groups,
                 const RatioOf& ratio_of, const AtTarget& at_target) {
    const Ratio first = ratio_of(metrics);
    if (first.refusal != Refusal::none) return refused(first.refusal);
    const auto answer = [&](Replicas replicas) {
        return Proposal{replicas, first.metric, first.raw_average, Refusal::none};
    };
    const bool up_with_unready = !groups.unready.empty() && first.ratio > 1.0;
    if (!up_with_unready && groups.missing.empty()) {
        if (census.tolerance.holds(first.ratio)) return answer(census.replicas);
        return answer(whole(first.ratio * static_cast<double>(groups.ready)));
    }

    if (first.ratio < 1.0) {
        for (const PodId pod : groups.missing) metrics[pod] = {at_target(pod), {}, {}};
    } else if (first.ratio > 1.0) {
        assume(metrics, groups.missing, 0);
    }
    if (up_with_unready) assume(metrics, groups.unready, 0);

    const double ratio = ratio_of(metrics).ratio;
    const bool turned = (first.ratio < 1.0 && ratio > 1.0) || (first.ratio > 1.0 && ratio < 1.0);
    if (census.tolerance.holds(ratio) || turned) return answer(census.replicas);
    const Replicas wanted = whole(ratio * static_cast<double>(metrics.size()));
    const bool away =
        (ratio < 1.0 && wanted > census.replicas) || (ratio > 1.0 && wanted < census.replicas);
    return answer(away ? census.replicas : wanted);
}

// Pods whose metrics do not count are taken out; empty afterwards means there is nothing to go by.
PodGroups keep_counted(const Census& census, PodMetrics& metrics, Resource resource) {
    PodGroups groups = group_pods(census.pods, metrics, resource, census.rules, census.now);
    remove(metrics, groups.ignored);
    remove(metrics, groups.unready);
    return groups;
}

// Overflow saturates, as in Kubernetes since 1.31.
Milli sum_of(const std::vector<Milli>& values) {
    constexpr Milli kMostMilli = std::numeric_limits<Milli>::max();
    Milli sum = 0;
    for (const Milli value : values) {
        if (value > 0 && sum > kMostMilli - value) return kMostMilli;
        sum += value;
    }
    return sum;
}

std::size_t ready_pods(const Pods& pods) {
    return static_cast<std::size_t>(std::ranges::count_if(pods, [](const Pod& pod) {
        return pod.phase == PodPhase::running && pod.readiness && pod.readiness->ready;
    }));
}

}  // namespace

Proposal refused(Refusal refusal) {
    Proposal proposal;
    proposal.refusal = refusal;
    return proposal;
}

std::string_view text_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::none:
            return "";
        case Refusal::no_resource_metrics:
            return "no metrics returned from resource metrics API";
        case Refusal::no_custom_metrics:
            return "no metrics returned from custom metrics API";
        case Refusal::no_pods:
            return "no pods returned by selector while calculating replica count";
        case Refusal::pods_unready:
            return "did not receive metrics for targeted pods (pods might be unready)";
        case Refusal::missing_request:
            return "missing request";
        case Refusal::no_known_pods:
            return "no metrics returned matched known pods";
    }
    return "";
}

Ratio utilisation_ratio(const PodMetrics& metrics, const std::map<PodId, Milli>& requests,
                        std::int32_t target_percent) {
    Milli used = 0;
    Milli asked = 0;
    Milli count = 0;
    for (const auto& [pod, metric] : metrics) {
        const auto request = requests.find(pod);
        if (request == requests.end()) continue;
        used += metric.value;
        asked += request->second;
        ++count;
    }
    Ratio result;
    if (asked == 0) {
        result.refusal = Refusal::no_known_pods;
        return result;
    }
    result.metric = used * 100 / asked;
    result.raw_average = used / count;
    result.ratio = static_cast<double>(result.metric) / static_cast<double>(target_percent);
    return result;
}

Ratio average_ratio(const PodMetrics& metrics, Milli target) {
    Milli sum = 0;
    for (const auto& [pod, metric] : metrics) sum += metric.value;
    Ratio result;
    result.metric = sum / static_cast<Milli>(metrics.size());
    result.ratio = static_cast<double>(result.metric) / static_cast<double>(target);
    return result;
}

Proposal for_utilisation(const Census& census, PodMetrics metrics, Resource resource,
                         std::int32_t target_percent) {
    if (census.pods.empty()) return refused(Refusal::no_pods);
    const PodGroups groups = keep_counted(census, metrics, resource);
    if (metrics.empty()) return refused(Refusal::pods_unready);
    std::map<PodId, Milli> requests;
    for (const Pod& pod : census.pods) {
        if (!pod.request) return refused(Refusal::missing_request);
        requests[pod.id] = *pod.request;
    }
    const Milli fallback = std::max(100, target_percent);
    return propose(
        census, metrics, groups,
        [&](const PodMetrics& of) { return utilisation_ratio(of, requests, target_percent); },
        [&](PodId pod) { return requests[pod] * fallback / 100; });
}

Proposal for_average(const Census& census, PodMetrics metrics, Resource resource, Milli target) {
    if (census.pods.empty()) return refused(Refusal::no_pods);
    const PodGroups groups = keep_counted(census, metrics, resource);
    if (metrics.empty()) return refused(Refusal::pods_unready);
    return propose(
        census, metrics, groups, [&](const PodMetrics& of) { return average_ratio(of, target); },
        [&](PodId) { return target; });
}

Proposal for_value(const Census& census, const std::vector<Milli>& values, Milli target) {
    Proposal proposal;
    proposal.metric = sum_of(values);
    const double ratio = static_cast<double>(proposal.metric) / static_cast<double>(target);
    if (census.replicas == 0) {
        proposal.replicas = whole(ratio);
    } else if (census.tolerance.holds(ratio)) {
        proposal.replicas = census.replicas;
    } else {
        if (census.pods.empty()) return refused(Refusal::no_pods);
        proposal.replicas = whole(ratio * static_cast<double>(ready_pods(census.pods)));
    }
    return proposal;
}

Proposal for_value_per_pod(const Census& census, const std::vector<Milli>& values, Milli target) {
    Proposal proposal;
    const auto sum = static_cast<double>(sum_of(values));
    const auto per_pod = static_cast<double>(target);
    proposal.replicas = census.replicas;
    if (!census.tolerance.holds(sum / (per_pod * static_cast<double>(census.replicas)))) {
        proposal.replicas = whole(sum / per_pod);
    }
    constexpr auto kMostMilli = static_cast<double>(std::numeric_limits<Milli>::max());
    if (census.replicas == 0) {
        proposal.metric = 0;
    } else if (sum >= kMostMilli) {
        proposal.metric = std::numeric_limits<Milli>::max();
    } else {
        proposal.metric = static_cast<Milli>(std::ceil(sum / census.replicas));
    }
    return proposal;
}

Proposal largest(const std::vector<Proposal>& proposals, Replicas current) {
    Proposal best;
    best.replicas = -1;
    Refusal refusal = Refusal::none;
    for (const Proposal& proposal : proposals) {
        if (!proposal.valid()) {
            if (refusal == Refusal::none) refusal = proposal.refusal;
        } else if (best.replicas < 0 || proposal.replicas > best.replicas) {
            best = proposal;
        }
    }
    const bool some_missing = refusal != Refusal::none;
    if (best.replicas < 0 || (some_missing && best.replicas < current)) return refused(refusal);
    return best;
}

}  // namespace models::hpa
