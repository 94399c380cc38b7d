#include "reports/bottlenecks.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/numbers.h"

namespace reports {

namespace {

double waiting_of(const NodeSummary& node) {
    const double requests = static_cast<double>(node.totals.finished());
    if (!(requests > 0)) return 0;
    return (node.spent_s[static_cast<std::size_t>(sim::Spent::queueing)] +
            node.spent_s[static_cast<std::size_t>(sim::Spent::connection)] +
            node.spent_s[static_cast<std::size_t>(sim::Spent::lock)]) /
           requests;
}

std::string sentence(const Resource& resource) {
    return fmt::format(
        "{}'s {} are {:.0f} % in use{}", resource.node, resource.what, resource.in_use * 100,
        resource.waiting_s > 0
            ? fmt::format(", and a request waits {} in its lines", brief(resource.waiting_s))
            : "");
}

}  // namespace

std::vector<Resource> resources_of(const Summary& summary) {
    std::vector<Resource> resources;
    for (const NodeSummary& node : summary.nodes) {
        if (node.is_client) continue;
        const double waiting = waiting_of(node);
        const auto add = [&](std::string what, double in_use) {
            if (in_use > 0) resources.push_back({node.name, std::move(what), in_use, waiting});
        };
        add("cores", node.utilisation.value_or(0));
        add("connections", node.connections_in_use.value_or(0));
        for (const sim::Measure& measure : node.measures) {
            constexpr std::string_view kInUse = "_in_use";
            if (measure.unit != "1" || !measure.name.ends_with(kInUse)) continue;
            add(measure.name.substr(0, measure.name.size() - kInUse.size()), measure.value);
        }
    }
    // Of resources that are alike, those where more waiting is done come first.
    std::ranges::stable_sort(resources, [](const Resource& a, const Resource& b) {
        const bool both_full = a.in_use >= kFull && b.in_use >= kFull;
        return both_full ? a.waiting_s > b.waiting_s : a.in_use > b.in_use;
    });
    return resources;
}

const Resource* next_of(const std::vector<Resource>& resources) {
    if (resources.empty()) return nullptr;
    const auto next = std::ranges::find_if(resources, [&](const Resource& resource) {
        return resource.node != resources.front().node;
    });
    return next == resources.end() ? nullptr : &*next;
}

std::vector<std::string> explain(const std::vector<Resource>& resources) {
    if (resources.empty()) return {"Nothing here has a limit."};
    std::vector<std::string> sentences;
    const Resource& first = resources.front();
    if (first.in_use >= kFull) {
        sentences.push_back(fmt::format("{} limits the system: {}.", first.node, sentence(first)));
    } else {
        sentences.push_back(
            fmt::format("Nothing is at its limit. {}: full at {:.3g}x today's load.",
                        sentence(first), first.carries()));
    }
    const Resource* const next = next_of(resources);
    if (next == nullptr) {
        sentences.push_back("No other node has a limit.");
    } else {
        sentences.push_back(fmt::format(
            "Were {} relieved, {}'s {} would be next: {:.0f} % in use now, full at {:.3g}x what is "
            "served today.",
            first.node, next->node, next->what, next->in_use * 100, next->carries()));
    }
    return sentences;
}

}  // namespace reports
