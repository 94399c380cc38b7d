#include "reports/diagnosis/causes.h"

#include <utility>

namespace reports {

namespace {

constexpr double kOftenEnough = 0.2;  // of a cause's number, at a callee: it came from there

// What led to a consequence (an open circuit) says more, where there is anything else.
sim::Cause most_frequent(const ResourceGraph& graph, const CauseCounts& causes) {
    const auto rank = [&](sim::Cause cause) {
        return std::pair(graph.says(cause) != sim::CauseKind::others_failed_here,
                         causes[static_cast<std::size_t>(cause)]);
    };
    sim::Cause most = sim::Cause::none;
    for (std::size_t i = 1; i < causes.size(); ++i) {
        const auto cause = static_cast<sim::Cause>(i);
        if (causes[i] > 0 && (most == sim::Cause::none || rank(cause) > rank(most))) most = cause;
    }
    return most;
}

}  // namespace

CauseCounts causes_at(const ResourceGraph& graph, std::size_t node, Stretch when) {
    CauseCounts causes{};
    for (const sim::CauseCount& each : graph.node(node).causes_over_time) {
        if (each.slice < when.first || each.slice >= when.end) continue;
        causes[static_cast<std::size_t>(each.cause)] += each.count;
    }
    return causes;
}

sim::Cause cause_of(const ResourceGraph& graph, std::size_t client, Stretch when) {
    const sim::Cause cause = most_frequent(graph, causes_at(graph, client, when));
    if (graph.says(cause) != sim::CauseKind::others_failed_here) return cause;
    CauseCounts sum{};
    for (const std::size_t node : graph.reached_from(client)) {
        const CauseCounts here = causes_at(graph, node, when);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += here[i];
    }
    return most_frequent(graph, sum);
}

std::optional<std::size_t> refuser(const ResourceGraph& graph, std::size_t client, sim::Cause cause,
                                   Stretch when) {
    std::optional<std::size_t> most;
    double highest = 0;
    for (const std::size_t node : graph.reached_from(client)) {
        for (std::size_t i = graph.first_of(node); i < graph.end_of(node); ++i) {
            if (graph.refusal(i) != cause) continue;
            const double refused = graph.mean(i, when).refused;
            if (refused > highest) highest = refused, most = i;
        }
    }
    return most;
}

std::size_t origin(const ResourceGraph& graph, std::size_t client, sim::Cause cause, Stretch when) {
    const auto index = static_cast<std::size_t>(cause);
    std::size_t at = client;
    for (std::size_t steps = 0; steps < graph.nodes(); ++steps) {
        std::size_t next = at;
        double most = kOftenEnough * causes_at(graph, at, when)[index];
        for (const std::size_t callee : graph.callees(at)) {
            const double there = causes_at(graph, callee, when)[index];
            if (there > most) most = there, next = callee;
        }
        if (next == at) break;
        at = next;
    }
    return at;
}

}  // namespace reports
