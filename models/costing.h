// What a call costs on average, for theory: what a kind of node, and each of its steps, says of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/spec/declaration/choice.h"
#include "models/spec/declaration/node_ref.h"

namespace models {

struct Policies;
using PolicyChoice = spec::Choice<Policies>;
class Steps;

// What a call needs of one of a node's resources beside its cores, by the name that the resource
// has while the system is played.
struct ResourceCost {
    double held_s = 0;       // so long a call works on one of it or holds it, on average
    double size = 0;         // how many there are in an instance
    bool is_served = false;  // calls queue for it and are worked on; else it is held meanwhile
    bool is_of_all = false;  // `size` is of all instances together
    std::string per{};       // the node that has so many for each of its instances; empty: itself
};

// A call to an endpoint, or one of its steps: what it costs, there and behind it.
struct Cost {
    double core_s = 0;   // at the node itself
    double stays_s = 0;  // in all
    double success = 1;
    std::map<std::string, double> calls;  // of other nodes, "node" or "node.endpoint"
    std::map<std::string, ResourceCost> resources{};
    // Of the times that a core is asked for: how often, and the mean of their squares, all
    // together.
    double core_visits = 0;
    double core_squares = 0;

    // Time of a core that has this mean and variance.
    void add_work(double mean_s, double variance) {
        core_s += mean_s;
        core_visits += mean_s > 0 ? 1 : 0;
        core_squares += variance + mean_s * mean_s;
    }
    // What so many others need of this node.
    void add_demand(const Cost& more, double times) {
        core_s += times * more.core_s;
        core_visits += times * more.core_visits;
        core_squares += times * more.core_squares;
        for (const auto& [name, each] : more.resources) {
            const double held_s = resources[name].held_s + times * each.held_s;
            resources[name] = each;
            resources[name].held_s = held_s;
        }
    }
};

class Costing {
public:
    virtual Cost of_steps(const Steps& steps) = 0;
    virtual Cost of_call(const spec::NodeRef& to) = 0;
    virtual void note_policies(const std::vector<PolicyChoice>& policies) = 0;
    // Something that is left out, of the node whose steps they are.
    virtual void note(const std::string& what) = 0;

protected:
    ~Costing() = default;
};

}  // namespace models
