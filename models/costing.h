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
struct Step;
using Steps = std::vector<Step>;

// A call to an endpoint, or one of its steps: what it costs, there and behind it.
struct Cost {
    double core_s = 0;   // at the node itself
    double stays_s = 0;  // in all
    double success = 1;
    std::map<std::string, double> calls;  // of other nodes, "node" or "node.endpoint"
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
