#include "reports/diagnosis/graph.h"

#include <algorithm>
#include <unordered_map>

namespace reports {

ResourceGraph::ResourceGraph(const sim::Recording& recording)
    : recording_(recording), callees_(recording.nodes.size()), callers_(recording.nodes.size()) {
    std::unordered_map<std::string_view, std::size_t> by_name;
    for (std::size_t node = 0; node < nodes(); ++node) {
        by_name.emplace(recording.nodes[node].name, node);
        first_of_.push_back(resources_.size());
        for (const sim::ResourceRecord& each : recording.nodes[node].resources) {
            resources_.push_back({node, &each});
        }
    }
    first_of_.push_back(resources_.size());
    for (std::size_t node = 0; node < nodes(); ++node) {
        for (const sim::CallRecord& call : recording.nodes[node].calls) {
            const auto to = by_name.find(call.to);
            if (to == by_name.end()) continue;
            callees_[node].push_back(to->second);
            callers_[to->second].push_back(node);
        }
    }
}

std::vector<std::size_t> ResourceGraph::reached_from(std::size_t node) const {
    std::vector<std::size_t> reached{node};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        for (const std::size_t to : callees_[reached[i]]) {
            if (std::ranges::find(reached, to) == reached.end()) reached.push_back(to);
        }
    }
    return reached;
}

bool ResourceGraph::is_host(std::size_t node) const {
    return callers_[node].empty() && callees_[node].empty() && !this->node(node).is_client &&
           this->node(node).slices.empty();
}

// They work, for messages that somebody else keeps; and the node has no requests.
std::optional<ResourceGraph::Consumers> ResourceGraph::consumers_of(std::size_t node) const {
    if (this->node(node).is_client || !this->node(node).slices.empty()) return std::nullopt;
    for (std::size_t i = first_of(node); i < end_of(node); ++i) {
        const sim::DeclaredResource& declared = resources_[i].declared();
        const bool is_it = declared.row.kind == sim::ResourceKind::work &&
                           declared.row.is_held_by_calls && !declared.to.empty();
        if (is_it) return Consumers{i, declared.to};
    }
    return std::nullopt;
}

// What its calls hold meanwhile; its requests when there is nothing like that.
std::size_t ResourceGraph::held_by_calls(std::size_t node) const {
    for (std::size_t i = first_of(node); i < end_of(node); ++i) {
        if (resources_[i].declared().row.is_held_by_calls) return i;
    }
    return requests_of(node);
}

std::size_t ResourceGraph::parent_of(std::size_t resource) const {
    const Resource& one = resources_[resource];
    for (std::size_t i = first_of(one.node); i < end_of(one.node); ++i) {
        if (i != resource && resources_[i].declared().name == one.declared().row.within) return i;
    }
    const bool is_of_calls = one.declared().row.within.empty() && !one.declared().to.empty();
    const std::size_t holder = held_by_calls(one.node);
    return is_of_calls && holder != resource ? holder : requests_of(one.node);
}

std::vector<ResourceGraph::Edge> ResourceGraph::edges(std::size_t resource, Stretch when) const {
    std::vector<Edge> edges;
    // Who is let in by a limit at the door goes where all requests go.
    const sim::DeclaredResource& declared = resources_[resource].declared();
    if (declared.row.kind == sim::ResourceKind::limit && declared.to.empty()) {
        add_local(edges, requests_of(resources_[resource].node), when);
        return edges;
    }
    add_local(edges, resource, when);
    add_calls(edges, resource, when);
    return edges;
}

void ResourceGraph::add_local(std::vector<Edge>& edges, std::size_t resource, Stretch when) const {
    const std::size_t node = resources_[resource].node;
    for (std::size_t i = first_of(node) + 1; i < end_of(node); ++i) {
        const sim::ResourceKind kind = resources_[i].declared().row.kind;
        const bool holds = kind == sim::ResourceKind::places || kind == sim::ResourceKind::work;
        if (i == resource || !holds || parent_of(i) != resource) continue;
        const auto used = mean(i, when);
        edges.push_back({i, used.in_use + used.waiting});
    }
}

// Calls to a node go out from what is there for them alone, and else from what all calls hold. A
// limit holds nobody, so it is passed by.
bool ResourceGraph::leads_to(std::size_t resource, std::size_t callee) const {
    const std::size_t node = resources_[resource].node;
    const std::string& name = this->node(callee).name;
    if (resources_[resource].declared().to == name) return true;
    for (std::size_t i = first_of(node); i < end_of(node); ++i) {
        const bool is_for_it = resources_[i].declared().to == name;
        if (is_for_it && resources_[i].declared().row.kind == sim::ResourceKind::places)
            return false;
    }
    return held_by_calls(node) == resource;
}

void ResourceGraph::add_calls(std::vector<Edge>& edges, std::size_t resource, Stretch when) const {
    const std::size_t node = resources_[resource].node;
    for (const std::size_t callee : callees_[node]) {
        if (!leads_to(resource, callee)) continue;
        const std::size_t there = requests_of(callee);
        edges.push_back({there, mean(there, when).in_use * share_of_calls(node, callee, when)});
    }
}

double ResourceGraph::sent(std::size_t from, std::size_t to, Stretch when) const {
    double sum = 0;
    for (const sim::CallRecord& call : node(from).calls) {
        if (call.to == node(to).name) sum += call.slices.mean(when.first, when.end).taken;
    }
    return sum;
}

double ResourceGraph::arrived_of(std::size_t from, std::size_t to, Stretch when) const {
    return sim::sum_of(node(to).slices, when.first, when.end).arrived *
           share_of_calls(from, to, when);
}

double ResourceGraph::finished(std::size_t node, Stretch when) const {
    return sim::sum_of(this->node(node).slices, when.first, when.end).finished;
}

double ResourceGraph::share_of_calls(std::size_t from, std::size_t to, Stretch when) const {
    if (callers_[to].size() < 2) return 1;
    double all = 0;
    for (const std::size_t caller : callers_[to]) all += sent(caller, to, when);
    return all > 0 ? sent(from, to, when) / all : 0;
}

ResourceUse ResourceGraph::use(std::size_t resource, Stretch when) const {
    const Resource& one = resources_[resource];
    const auto mean = this->mean(resource, when);
    const double seconds = sim::seconds(recording_.slice) * static_cast<double>(when.size());
    // Of what is no request's node, the network or consumers, those who took it.
    const bool has_requests = !is_host(one.node) && !consumers_of(one.node);
    const double ended = has_requests ? finished(one.node, when) : mean.taken;
    ResourceUse use;
    use.node = node(one.node).name;
    use.name = one.declared().name;
    use.parameter = one.declared().parameter;
    use.unit = text_of(one.declared().row.unit);
    use.doc = one.declared().row.doc;
    use.freed = one.declared().row.freed;
    use.kind = one.declared().row.kind;
    use.size = mean.size;
    use.in_use = mean.in_use;
    use.waiting = mean.waiting;
    use.full = mean.full;
    use.fullest = mean.fullest;
    use.refused = mean.refused;
    use.taken = mean.taken;
    use.waiting_s = ended > 0 ? mean.waiting * seconds / ended : 0;
    return use;
}

}  // namespace reports
