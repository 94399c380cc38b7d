#include "models/calls/stack.h"

#include <memory>
#include <utility>

namespace models {

// Made from the inside out: a node's measures are listed so.
void add_policies(Scopes& scopes, const std::vector<PolicyChoice>& policies,
                  const Context& context) {
    std::vector<std::unique_ptr<Policy>> made;
    for (auto each = policies.rbegin(); each != policies.rend(); ++each) {
        made.push_back(Policies::build(*each, context));
    }
    for (; !made.empty(); made.pop_back()) {
        Policy& policy = *made.back();
        scopes.add(std::move(made.back()));
        scopes.back_to(policy.inside());
    }
}

}  // namespace models
