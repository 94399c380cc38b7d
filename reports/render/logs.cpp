#include "reports/render/logs.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "reports/words/json_lines.h"

namespace reports {

namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const sim::SlowRequest& request, std::size_t replication) {
    Json json = {{"replication", replication},
                 {"arrived_s", sim::seconds(request.arrived.time_since_epoch())},
                 {"latency_s", sim::seconds(request.latency)},
                 {"instance", request.instance},
                 {"endpoint", request.endpoint},
                 {"outcome", sim::kOutcomeNames[static_cast<std::size_t>(request.outcome)]},
                 {"spent_s", Json::object()},
                 {"threads", Json::object()}};
    for (std::size_t i = 0; i < sim::kSpents; ++i) {
        json["spent_s"][std::string(sim::kSpentNames[i])] = sim::seconds(request.spent[i]);
    }
    for (const sim::SlowRequest::Doing& each : request.dump) {
        json["threads"][each.what] = each.requests;
    }
    return json_line(json);
}

}  // namespace

std::string slow_jsonl(const sim::Recording& recording) {
    std::string text;
    for (const sim::NodeRecord& node : recording.nodes) {
        for (const sim::SlowRequest& each : node.slow) {
            text += line_of(each, recording.seed.replication);
        }
    }
    return text;
}

std::string gc_log(const sim::Recording& recording) {
    std::string text;
    for (const sim::Incident& incident : recording.incidents) {
        constexpr std::string_view kCollection = "gc ";
        if (!incident.what.starts_with(kCollection)) continue;
        text += fmt::format("[{:.3f}s][info][gc] {} {} {}\n",
                            sim::seconds(incident.at.time_since_epoch()), incident.node,
                            incident.what.substr(kCollection.size()), incident.detail);
    }
    return text;
}

}  // namespace reports
