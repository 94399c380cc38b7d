// What every step of an endpoint is: a struct with the parameters of a scenario, that
//
//     compile(StepCompiler&)    puts its blocks into a server's program (compiler.h)
//     cost(Costing&)            says what it costs on average, for theory
//     inner(visitor)            shows the lists of steps within it: visitor(list, JSON pointer)
//
// A step that draws has a stream of its own, named by its kind and its number among those of its
// kind that draw, or by its own `name`: a step more or less elsewhere changes none of its draws.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/calls/policy.h"
#include "models/spec/node_ref.h"
#include "models/spec/spec.h"
#include "models/steps/times.h"

namespace models {

struct Step;
using Steps = std::vector<Step>;
class StepCompiler;

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

constexpr auto name_param(auto member) {
    return spec::param("name", member,
                       "Its name, by which its draws are known; its number among those of its "
                       "kind unless given.");
}

}  // namespace models
