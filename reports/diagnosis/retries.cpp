#include "reports/diagnosis/retries.h"

#include <algorithm>

namespace reports {

namespace {

// How many of a node's calls, over the whole run, were made again.
double share_again(const sim::NodeRecord& node) {
    double calls = 0;
    for (const sim::CallRecord& call : node.calls) calls += static_cast<double>(call.requests);
    const auto again = std::ranges::find(node.measures, "retries", &sim::Measure::name);
    if (again == node.measures.end() || !(calls > 0) || !(again->value > 0)) return 0;
    return std::min(again->value / calls, 0.99);
}

// Calls to `to` for each request that came; nothing when none came.
double calls_for_each(const ResourceGraph& graph, std::size_t from, std::size_t to,
                      const std::vector<Stretch>& when) {
    double came = 0;
    double sent = 0;
    for (const Stretch& each : when) {
        came += sim::sum_of(graph.node(from).slices, each.first, each.end).arrived;
        sent += graph.sent(from, to, each);
    }
    return came >= 1 ? sent / came : 0;
}

}  // namespace

bool has_retries(const ResourceGraph& graph, std::size_t client) {
    return std::ranges::any_of(graph.reached_from(client),
                               [&](std::size_t node) { return share_again(graph.node(node)) > 0; });
}

Amplification amplification(const ResourceGraph& graph, std::size_t client, Stretch when,
                            const std::vector<Stretch>& calm) {
    Amplification most;
    for (const std::size_t node : graph.reached_from(client)) {
        const double again = share_again(graph.node(node));
        if (!(again > 0)) continue;
        for (const std::size_t to : graph.callees(node)) {
            const double meant = std::max(1.0, calls_for_each(graph, node, to, calm));
            const double calls =
                calm.empty() ? 1 / (1 - again) : calls_for_each(graph, node, to, {when}) / meant;
            if (calls > most.calls) most = {graph.node(node).name, calls};
        }
    }
    return most;
}

}  // namespace reports
