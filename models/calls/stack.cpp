#include "models/calls/stack.h"

#include <ranges>

namespace models {

// Made from the inside out: a node's measures are listed so.
void add_policies(Scopes& scopes, const std::vector<PolicyChoice>& policies,
                  const Context& context) {
    std::vector<std::unique_ptr<Policy>> made;
    for (const PolicyChoice& each : std::views::reverse(policies)) {
        made.push_back(Policies::build(each, context));
    }
    for (std::unique_ptr<Policy>& each : std::views::reverse(made)) {
        Policy& policy = *each;
        scopes.add(std::move(each));
        scopes.back_to(policy.inside());
    }
}

}  // namespace models
