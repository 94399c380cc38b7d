#include "reports/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace reports {

namespace {

// Above this share of its time a resource is what makes others wait.
constexpr double kSaturated = 0.9;

double waiting_s(const NodeSummary& node) {
    return node.spent_s[static_cast<std::size_t>(sim::Spent::queueing)] +
           node.spent_s[static_cast<std::size_t>(sim::Spent::connection)] +
           node.spent_s[static_cast<std::size_t>(sim::Spent::lock)];
}

const NodeSummary* where_most_wait(const Summary& summary) {
    const NodeSummary* most = nullptr;
    for (const NodeSummary& node : summary.nodes) {
        if (node.is_client) continue;
        const bool saturated = node.utilisation.value_or(0) >= kSaturated ||
                               node.connections_in_use.value_or(0) >= kSaturated;
        if (saturated && (most == nullptr || waiting_s(node) > waiting_s(*most))) most = &node;
    }
    return most;
}

const NodeSummary* busiest(const Summary& summary) {
    const NodeSummary* most = nullptr;
    for (const NodeSummary& node : summary.nodes) {
        if (!node.utilisation) continue;
        if (most == nullptr || *node.utilisation > *most->utilisation) most = &node;
    }
    return most;
}

}  // namespace

// Threads fill up behind a slow callee, so a saturated callee is named before those that wait for
// it: only a node's own cores and connections count as its limit.
Limit what_limits(const Summary& summary) {
    if (const NodeSummary* node = where_most_wait(summary)) {
        std::string why;
        if (node->connections_in_use.value_or(0) >= kSaturated) {
            why =
                fmt::format("its connections are {:.0f} % in use", *node->connections_in_use * 100);
        }
        if (node->utilisation.value_or(0) >= kSaturated) {
            why += fmt::format("{}its cores are {:.0f} % busy", why.empty() ? "" : " and ",
                               *node->utilisation * 100);
        }
        return {node->name, fmt::format("{} limits the system: {}.", node->name, why)};
    }
    const NodeSummary* node = busiest(summary);
    if (node == nullptr) return {"", "Nothing here has a limit."};
    return {"", fmt::format("Nothing is at its limit; {} is the busiest, at {:.0f} %.", node->name,
                            *node->utilisation * 100)};
}

}  // namespace reports
