// The nodes and endpoints of a scenario that is made of traces.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/import/executions.h"

namespace tools::imports {

// What a name in traces is called in a scenario: letters, digits and _, short enough for one.
std::string short_name(const std::string& name);

enum class NodeTrade : std::uint8_t { service, database, other };

struct TracedNode {
    std::string name;     // in the scenario
    std::string service;  // in the traces
    std::string system;   // "postgresql"; of one without spans
    NodeTrade trade = NodeTrade::service;
    std::vector<std::size_t> targets;
};

class TraceNames {
public:
    explicit TraceNames(const Executions& executions);

    const std::vector<TracedNode>& nodes() const { return nodes_; }
    const TracedNode& node_of(std::size_t target) const { return nodes_[node_of_[target]]; }
    std::size_t number_of_node(std::size_t target) const { return node_of_[target]; }
    const std::string& endpoint(std::size_t target) const { return endpoints_[target]; }
    std::string call(std::size_t target) const {
        return node_of(target).name + "." + endpoint(target);
    }
    std::string fresh(const std::string& wanted) { return fresh_of(taken_, wanted); }

private:
    static std::string fresh_of(std::set<std::string>& taken, const std::string& wanted);

    std::set<std::string> taken_;
    std::vector<TracedNode> nodes_;
    std::vector<std::size_t> node_of_;    // by target
    std::vector<std::string> endpoints_;  // by target
};

}  // namespace tools::imports
