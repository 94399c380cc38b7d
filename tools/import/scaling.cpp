#include "tools/import/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/import/values.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

std::optional<std::uint64_t> whole_of(const Json* json, double least, double most) {
    const auto number = number_of(text_of(json));
    if (!number || *number < least || *number > most) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

void put_resource(const std::string& name, const Json* share, const spec::SourceLocation& place,
                  Json& metrics, Reading& reading) {
    const auto percent = whole_of(share, 1, 100);
    if ((name == "cpu" || name == "memory") && percent) {
        Json metric = Json::Object();
        metric.put(name, fmt::format("{}%", *percent));
        metrics.list()->push_back(std::move(metric));
    } else {
        reading.system.leave_out(place, reading.path + ".metrics",
                                 "of resources cpu and memory are followed, from 1 to 100 % of "
                                 "what pods request");
    }
}

void take_metric(const Json& metric, Json& metrics, Reading& reading) {
    const Json* const resource = metric.find("resource");
    if (text_at(metric, "type") != "Resource" || resource == nullptr) {
        reading.system.leave_out(metric.place, reading.path + ".metrics",
                                 "only resources are taken over; see hpa_metric.pods, external");
        return;
    }
    const Json* share = resource->find("targetAverageUtilization");
    if (const Json* const target = resource->find("target")) {
        share = target->find("averageUtilization");
    }
    put_resource(text_at(*resource, "name"), share, metric.place, metrics, reading);
}

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

Json rules_of(const Json& rules, Reading& reading) {
    Json json = Json::Object();
    if (const auto window = whole_of(rules.find("stabilizationWindowSeconds"), 0, 3600)) {
        json.put("stabilization_window", fmt::format("{}s", *window));
    }
    if (const auto share = number_of(text_of(rules.find("tolerance"))); share && *share <= 1) {
        json.put("tolerance", fmt::format("{:g}%", *share * 100));
    }
    const std::string select = lower_case(text_at(rules, "selectPolicy"));
    if (select == "max" || select == "min" || select == "disabled") {
        json.put("select_policy", select);
    }
    const Json* const policies = rules.find("policies");
    if (policies == nullptr || policies->list() == nullptr) return json;
    Json list = Json::List();
    for (const Json& each : *policies->list()) {
        const auto value = whole_of(each.find("value"), 1, 1e6);
        const auto period = whole_of(each.find("periodSeconds"), 1, 1800);
        const std::string type = lower_case(text_at(each, "type"));
        if (!value || !period || (type != "pods" && type != "percent")) {
            reading.system.leave_out(each.place, reading.path + ".behavior",
                                     "this is no policy: type, value, periodSeconds");
            continue;
        }
        Json policy = Json::Object();
        policy.put("type", type);
        policy.put("value", *value);
        policy.put("period", fmt::format("{}s", *period));
        list.list()->push_back(std::move(policy));
    }
    if (!list.list()->empty()) json.put("policies", std::move(list));
    return json;
}

}  // namespace

Json hpa_of(const Json& own, Reading& reading) {
    Json json = Json::Object();
    json.put("kind", "hpa");
    const std::uint64_t least = whole_of(own.find("minReplicas"), 1, 1e5).value_or(1);
    json.put("min_replicas", least);
    json.put("max_replicas",
             std::max(least, whole_of(own.find("maxReplicas"), 1, 1e5).value_or(10)));
    Json metrics = Json::List();
    if (const Json* const share = own.find("targetCPUUtilizationPercentage")) {
        put_resource("cpu", share, share->place, metrics, reading);
    }
    if (const Json* const list = own.find("metrics"); list != nullptr && list->list() != nullptr) {
        for (const Json& each : *list->list()) take_metric(each, metrics, reading);
    }
    if (!metrics.list()->empty()) json.put("metrics", std::move(metrics));
    // Without one, the rules of Kubernetes since 1.18.
    Json behavior = Json::Object();
    if (const Json* const said = own.find("behavior")) {
        if (const Json* const up = said->find("scaleUp")) {
            behavior.put("scale_up", rules_of(*up, reading));
        }
        if (const Json* const down = said->find("scaleDown")) {
            behavior.put("scale_down", rules_of(*down, reading));
        }
    }
    json.put("behavior", std::move(behavior));
    return json;
}

std::uint64_t within_bounds(std::uint64_t replicas, const Json& autoscaler) {
    const auto bound = [&](const char* name) {
        return std::get<std::uint64_t>(autoscaler.find(name)->content);
    };
    return std::clamp(replicas, bound("min_replicas"), bound("max_replicas"));
}

}  // namespace tools::imports
