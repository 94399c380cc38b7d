// How the tables of the horizontal pod autoscaler are written.
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "models/autoscalers/hpa/behavior.h"
#include "models/autoscalers/hpa/pod.h"
#include "tests/truth/tally.h"

namespace truth {

using namespace models::hpa;

// "Now" of every case: long after whatever started "long ago".
constexpr sim::Time kNow{std::chrono::hours(24)};
constexpr sim::Time kLongAgo{};

inline sim::Duration duration_of(double s) {
    return sim::Duration(static_cast<std::int64_t>(std::llround(s * 1e9)));
}
inline sim::Time time_of(double s) {
    return kNow + duration_of(s);
}

template <class T>
T value_or(const Json& object, const char* name, T otherwise) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? otherwise : found->get<T>();
}

inline PodPhase phase_of(const std::string& text) {
    if (text == "Running") return PodPhase::running;
    if (text == "Pending") return PodPhase::pending;
    if (text == "Succeeded") return PodPhase::succeeded;
    REQUIRE(text == "Failed");
    return PodPhase::failed;
}

inline SelectPolicy select_policy_of(const std::string& text) {
    if (text == "Max") return SelectPolicy::max;
    if (text == "Min") return SelectPolicy::min;
    REQUIRE(text == "Disabled");
    return SelectPolicy::disabled;
}

inline ScalingRules rules_of(const Json& json) {
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

}  // namespace truth
