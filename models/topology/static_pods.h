// Which instances run on which machines of clusters without being scheduled (MachineGroup::runs).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

// One of them. What it names of the scenario outlives it.
struct StaticPodAt {
    std::string node;
    std::uint32_t instance;
    std::string cluster;
    std::uint32_t machine;  // its number in the cluster
    const MachineGroup* group;
    const StaticPodSpec* spec;
    std::string pointer;  // of its spec
};

class StaticPods {
public:
    explicit StaticPods(const Scenario& scenario);

    // In the scenario's order, one that is there twice included.
    const std::vector<StaticPodAt>& all() const { return all_; }
    // Null: it has a machine of its own, or is scheduled.
    const StaticPodAt* find(const std::string& node, std::uint32_t instance) const;
    bool has(const std::string& node) const { return find_any(node) != all_.size(); }

private:
    std::size_t find_any(const std::string& node) const;

    std::vector<StaticPodAt> all_;
    std::map<std::pair<std::string, std::uint32_t>, std::size_t> by_instance_;
};

// Adds a problem for each that cannot run there. The graph is sound.
void check_static_pods(const Scenario& scenario, const spec::Json& document,
                       spec::Problems& problems);

}  // namespace models
