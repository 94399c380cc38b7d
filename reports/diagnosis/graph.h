// Who waits for what: the resources of all nodes, and how many holders of each wait for another or
// hold it meanwhile. Nothing of this is counted call by call: it follows from how much of each
// resource is held and waited for, and, of a node that several call, from how often each does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/diagnosis/diagnosis.h"

namespace reports {

// Slices of time, without `end`.
struct Stretch {
    std::size_t first = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - first; }
};

class ResourceGraph {
public:
    explicit ResourceGraph(const sim::Recording& recording);

    struct Resource {
        std::size_t node;
        const sim::ResourceRecord* record;
        const sim::DeclaredResource& declared() const { return record->declared; }
    };
    struct Edge {
        std::size_t to;  // a resource
        double holders;
    };

    const std::vector<Resource>& resources() const { return resources_; }
    const sim::NodeRecord& node(std::size_t index) const { return recording_.nodes[index]; }
    const sim::NodeRecord& node_of(std::size_t resource) const {
        return node(resources_[resource].node);
    }
    const std::string& name(std::size_t resource) const {
        return resources_[resource].declared().name;
    }
    sim::ResourceKind kind(std::size_t resource) const {
        return resources_[resource].declared().row.kind;
    }
    sim::CauseKind says(sim::Cause cause) const {
        return sim::row_of(recording_.causes, cause).says;
    }
    // What it is told who does not get it.
    sim::Cause refusal(std::size_t resource) const {
        return resources_[resource].declared().row.refusal;
    }
    // The node that whoever holds it calls; empty: none in particular.
    const std::string& leads_to(std::size_t resource) const {
        return resources_[resource].declared().to;
    }
    std::size_t nodes() const { return recording_.nodes.size(); }
    // A node's requests: where every way into it begins.
    std::size_t requests_of(std::size_t node) const { return first_of_[node]; }
    // All of a node, its requests first.
    std::size_t first_of(std::size_t node) const { return first_of_[node]; }
    std::size_t end_of(std::size_t node) const { return first_of_[node + 1]; }

    // What it is called by, directly or not, that is reached from `node`, itself first.
    std::vector<std::size_t> reached_from(std::size_t node) const;
    // Whom it calls.
    const std::vector<std::size_t>& callees(std::size_t node) const { return callees_[node]; }
    // Nobody calls it, and it calls nobody: machines, the network.
    bool is_host(std::size_t node) const;
    // Of a node that takes messages from another (`from`): its consumers, whom no request waits
    // for. None: it is no such node.
    struct Consumers {
        std::size_t resource;
        const std::string& from;
    };
    std::optional<Consumers> consumers_of(std::size_t node) const;

    // What those who hold `resource` wait for or hold, too.
    std::vector<Edge> edges(std::size_t resource, Stretch when) const;
    sim::UsedSlices::Sum mean(std::size_t resource, Stretch when) const {
        return resources_[resource].record->slices.mean(when.first, when.end);
    }
    ResourceUse use(std::size_t resource, Stretch when) const;
    // Calls from one to another.
    double sent(std::size_t from, std::size_t to, Stretch when) const;
    // Of these, how many came there; where several call, by how many each has sent.
    double arrived_of(std::size_t from, std::size_t to, Stretch when) const;
    double finished(std::size_t node, Stretch when) const;

private:
    std::size_t held_by_calls(std::size_t node) const;
    std::size_t parent_of(std::size_t resource) const;
    void add_local(std::vector<Edge>& edges, std::size_t resource, Stretch when) const;
    void add_calls(std::vector<Edge>& edges, std::size_t resource, Stretch when) const;
    bool leads_to(std::size_t resource, std::size_t callee) const;
    double share_of_calls(std::size_t from, std::size_t to, Stretch when) const;

    const sim::Recording& recording_;
    std::vector<Resource> resources_;
    std::vector<std::size_t> first_of_;  // by node, and one more
    std::vector<std::vector<std::size_t>> callees_;
    std::vector<std::vector<std::size_t>> callers_;
};

}  // namespace reports
