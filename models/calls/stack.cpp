#include "models/calls/stack.h"

namespace models {

PolicyStack::PolicyStack(const std::vector<PolicyChoice>& policies, const Context& context,
                         Service& inner)
    : outermost_(&inner) {
    for (auto policy = policies.rbegin(); policy != policies.rend(); ++policy) {
        layers_.push_back(Policies::build(*policy, context, *outermost_));
        outermost_ = layers_.back().get();
    }
}

void add_policies(Scopes&, const std::vector<PolicyChoice>&, const Context&) {}

}  // namespace models
