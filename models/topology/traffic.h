// Between which nodes of a scenario something goes over links: what a failure on links can touch.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/failures/outage.h"
#include "models/topology/scenario.h"

namespace models {

// Of a scenario whose network is sound. What an edge's own latency stands for is on no link.
class Traffic {
public:
    explicit Traffic(const Scenario& scenario);

    // Whether a place, node or instance is there.
    bool knows(const PlaceName& name) const;
    // All that can be named.
    std::vector<std::string> names() const;

    // Whether anything goes from one side to the other, or back.
    bool is_touched_by(const Outage& outage) const;
    // And whether a link that it goes on can have a bandwidth.
    bool has_bandwidth(const Outage& outage, const NetworkSpec& network) const;

private:
    // Where a node's instances can be.
    struct Stand {
        std::set<std::string> places;    // zones or users, and their regions
        std::set<std::string> clusters;  // on whose machines
        std::uint32_t instances = 0;
        bool is_part_of_callers = false;  // a balancer that is not placed
        bool is_asked_beside = false;     // a cache whose callers go on to what is behind it
    };
    struct Way {
        std::string to;
        bool has_links;
    };

    void find_stands(const Scenario& scenario);
    void find_ways(const Scenario& scenario);
    void add_registry(const Scenario& scenario, const std::string& client, const NodeFacts& part,
                      const std::string& registry);
    void follow(const std::string& from, const std::string& through);
    bool is_named(const std::string& node, const PlaceName& name) const;
    bool is_in(const std::string& node, const std::vector<PlaceName>& side) const;
    bool goes(const std::string& from, const std::string& to, const Outage& outage) const;
    bool is_on(const std::string& node, const std::vector<PlaceName>& side,
               const std::vector<PlaceName>& other) const;

    std::map<std::string, Stand> stands_;
    std::set<std::string> places_;
    std::map<std::string, std::vector<Way>> ways_;
    std::set<std::pair<std::string, std::string>> pairs_;
    std::set<std::string> followed_;
};

}  // namespace models
