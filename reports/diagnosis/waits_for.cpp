#include "reports/diagnosis/waits_for.h"

#include <algorithm>

namespace reports {

namespace {

using sim::ResourceKind;

constexpr double kRefused = 0.01;  // of those who wanted one: full, however short the times
constexpr double kWaits = 0.02;    // of its size, at least, wait for what is full
constexpr double kOut = 0.99;      // of its size in use: none of a stock is left
constexpr double kHangs = 0.5;     // of its holders wait for the next: go on there

// Of stretches of full slices:
constexpr std::size_t kBetween = 2;  // slices in one that are less so
constexpr std::size_t kLeast = 3;    // slices of one, at least
constexpr std::size_t kShare = 20;   // and that part of what is looked at

// Places of which there is none, though somebody waits: a pool that could open no connection.
bool is_closed(const ResourceGraph& graph, std::size_t resource) {
    return graph.kind(resource) == ResourceKind::places &&
           graph.requests_of(graph.resources()[resource].node) != resource;
}

// The server that a pool of connections leads to has let no more in: whoever waits for one of the
// pool waits for one of the server's.
std::optional<std::size_t> closed_door(const ResourceGraph& graph, std::size_t resource,
                                       Stretch when) {
    const std::string& to = graph.leads_to(resource);
    if (graph.kind(resource) != ResourceKind::places || to.empty()) return std::nullopt;
    if (!is_full(graph, resource, when, kFull)) return std::nullopt;
    for (const std::size_t callee : graph.callees(graph.resources()[resource].node)) {
        if (graph.node(callee).name != to) continue;
        for (std::size_t i = graph.first_of(callee); i < graph.end_of(callee); ++i) {
            const bool is_door =
                graph.kind(i) == ResourceKind::stock && graph.refusal(i) == graph.refusal(resource);
            if (is_door && graph.mean(i, when).refused > 0) return i;
        }
    }
    return std::nullopt;
}

// Where most of its holders wait; itself when they do not.
std::size_t next_after(const ResourceGraph& graph, std::size_t at, Stretch when) {
    ResourceGraph::Edge next{at, 0};
    double all = 0;
    for (const auto& edge : graph.edges(at, when)) {
        all += edge.holders;
        if (edge.holders > next.holders) next = edge;
    }
    if (next.to == at) return at;
    const double holders = std::max(graph.mean(at, when).in_use, all);
    const bool hangs =
        next.holders >= kHangs * holders || graph.kind(at) == ResourceKind::limit ||
        (is_full(graph, next.to, when, kFull) && next.holders >= kHangs / 2 * holders);
    return hangs ? next.to : at;
}

// What a stock refused, and, if there is none of it left since, before that, too: whoever was
// refused then may not ask again.
double refused_until(const ResourceGraph& graph, std::size_t stock, Stretch when) {
    const auto now = graph.mean(stock, when);
    const bool is_out = now.size > 0 && now.in_use >= kOut * now.size;
    return is_out ? graph.mean(stock, {0, when.end}).refused : now.refused;
}

}  // namespace

bool is_full(const ResourceGraph& graph, std::size_t resource, Stretch when, double full) {
    const auto used = graph.mean(resource, when);
    const ResourceKind kind = graph.kind(resource);
    if (kind == ResourceKind::limit || kind == ResourceKind::stock) return used.refused > 0;
    if (used.size <= 0) return used.waiting > 0 && is_closed(graph, resource);
    if (used.refused > kRefused * (used.taken + used.refused)) return true;
    const bool is_missed = used.refused > 0 || used.waiting > kWaits * used.size;
    return is_missed && std::max(used.full, used.fullest) >= full;
}

// A slice or two in between may be less so.
std::vector<Stretch> full_stretches(const ResourceGraph& graph, std::size_t resource,
                                    Stretch within) {
    std::vector<Stretch> found;
    for (std::size_t slice = within.first; slice < within.end; ++slice) {
        if (!is_full(graph, resource, {slice, slice + 1}, kSaturated)) continue;
        if (!found.empty() && slice <= found.back().end + kBetween) {
            found.back().end = slice + 1;
        } else {
            found.push_back({slice, slice + 1});
        }
    }
    const std::size_t least = std::max<std::size_t>(kLeast, within.size() / kShare);
    std::erase_if(found, [&](const Stretch& each) { return each.size() < least; });
    return found;
}

std::vector<std::size_t> chain_from(const ResourceGraph& graph, std::size_t start, Stretch when) {
    std::vector<std::size_t> chain{start};
    while (chain.size() <= graph.resources().size()) {
        const auto door = closed_door(graph, chain.back(), when);
        const std::size_t next = door ? *door : next_after(graph, chain.back(), when);
        if (std::ranges::find(chain, next) != chain.end()) break;
        chain.push_back(next);
    }
    return chain;
}

std::optional<std::size_t> deepest_full(const ResourceGraph& graph,
                                        const std::vector<std::size_t>& chain, Stretch when,
                                        double full) {
    std::optional<std::size_t> deepest;
    for (const std::size_t each : chain) {
        const bool is_spared = graph.kind(each) == ResourceKind::limit && deepest;
        if (is_full(graph, each, when, full) && !is_spared) deepest = each;
    }
    return deepest;
}

std::optional<std::size_t> full_host(const ResourceGraph& graph, Stretch when, double full) {
    std::optional<std::size_t> fullest;
    double highest = 0;
    for (std::size_t node = 0; node < graph.nodes(); ++node) {
        if (!graph.is_host(node)) continue;
        for (std::size_t i = graph.first_of(node) + 1; i < graph.end_of(node); ++i) {
            const double share = graph.mean(i, when).fullest;
            if (is_full(graph, i, when, full) && share > highest) highest = share, fullest = i;
        }
    }
    return fullest;
}

std::optional<std::size_t> stock_out(const ResourceGraph& graph,
                                     const std::vector<std::size_t>& nodes, sim::Cause cause,
                                     Stretch when) {
    std::optional<std::size_t> most;
    double highest = 0;
    for (const std::size_t node : nodes) {
        for (std::size_t i = graph.first_of(node); i < graph.end_of(node); ++i) {
            if (graph.kind(i) != ResourceKind::stock) continue;
            if (graph.refusal(i) != sim::Cause::none && graph.refusal(i) != cause) continue;
            const double refused = refused_until(graph, i, when);
            if (refused > highest) highest = refused, most = i;
        }
    }
    return most;
}

std::vector<ResourceUse> ranking_of(const ResourceGraph& graph, Stretch when) {
    std::vector<ResourceUse> uses;
    for (std::size_t i = 0; i < graph.resources().size(); ++i) {
        if (i == graph.requests_of(graph.resources()[i].node)) continue;
        ResourceUse use = graph.use(i, when);
        if (use.in_use > 0 || use.refused > 0) uses.push_back(std::move(use));
    }
    std::ranges::stable_sort(uses, [](const ResourceUse& a, const ResourceUse& b) {
        const bool both_full = a.share() >= kSaturated && b.share() >= kSaturated;
        return both_full ? a.waiting_s > b.waiting_s : a.share() > b.share();
    });
    return uses;
}

}  // namespace reports
