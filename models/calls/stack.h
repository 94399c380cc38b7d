// Policies around a service: the first listed is the outermost, the one that a call meets first.
#pragma once

#include <memory>
#include <vector>

#include "models/calls/policy.h"
#include "models/context.h"

namespace models {

class Scopes;
void add_policies(Scopes& scopes, const std::vector<PolicyChoice>& policies, const Context& context);

class PolicyStack {
public:
    PolicyStack(const std::vector<PolicyChoice>& policies, const Context& context, Service& inner);

    Service& outermost() const { return *outermost_; }

private:
    std::vector<std::unique_ptr<Policy>> layers_;  // each wraps the one before
    Service* outermost_;
};

}  // namespace models
