#include "models/calls/policies.h"

#include <algorithm>

namespace models {

bool makes_up_answers(const std::vector<PolicyChoice>& policies) {
    return std::ranges::any_of(policies, [](const PolicyChoice& policy) {
        const auto* fallback = policy.as<Fallback::Spec>();
        return fallback != nullptr && fallback->makes_up_answers();
    });
}

}  // namespace models

namespace models::spec {

template struct Codec<PolicyChoice>;

}  // namespace models::spec
