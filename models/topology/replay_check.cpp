#include "models/topology/replay_check.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/clients/open_loop.h"
#include "models/pools/pool.h"
#include "models/servers/server.h"
#include "models/spec/json/nearest.h"

namespace models {

namespace {

bool has_traced_work(const Scenario& scenario) {
    return std::ranges::any_of(scenario.nodes.entries, [](const auto& entry) {
        const auto* const server = entry.second.template as<Server::Spec>();
        return server != nullptr &&
               std::ranges::any_of(server->endpoints.entries, [](const auto& endpoint) {
                   return models::has_traced_work(endpoint.second);
               });
    });
}

std::uint32_t most_workers(const Scenario& scenario) {
    std::uint32_t most = 0;
    for (const auto& [name, choice] : scenario.nodes) {
        const auto* const pool = choice.as<Pool::Spec>();
        if (pool != nullptr) most = std::max(most, pool->replicas);
    }
    return most;
}

}  // namespace

std::vector<FollowedTrace> followed_traces(const Scenario& scenario) {
    std::vector<FollowedTrace> found;
    for (const auto& [name, choice] : scenario.nodes) {
        const auto* const client = choice.as<OpenLoop::Spec>();
        const Trace* const trace = client == nullptr ? nullptr : client->trace();
        if (trace != nullptr && trace->is_followed()) found.push_back({name, trace});
    }
    return found;
}

void check_replays(const Scenario& scenario, const spec::Json& document, spec::Problems& problems) {
    for (const FollowedTrace& each : followed_traces(scenario)) {
        const auto complain = [&](std::string message, std::string hint) {
            const std::string pointer = "/nodes/" + each.client + "/arrivals";
            problems.add({spec::nearest_place(document, pointer), pointer, std::move(message),
                          std::move(hint)});
        };
        if (each.trace->has_work && !has_traced_work(scenario)) {
            complain("the trace says how much work each request is, and no step follows it",
                     R"(give the step where it works "traced": true, or leave the column out)");
        }
        if (!each.trace->has_worker) continue;
        std::uint32_t workers = 0;
        for (const TracedRequest& request : each.trace->requests) {
            workers = std::max(workers, request.worker + 1);
        }
        if (workers > most_workers(scenario)) {
            complain(
                fmt::format("the trace names {} workers, and no pool has as many", workers),
                fmt::format(R"(give the pool "replicas": {}, or leave the column out)", workers));
        }
    }
}

}  // namespace models
