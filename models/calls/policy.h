// What a caller does about trouble: a service around a service. They stack in any order.
#pragma once

#include <vector>

#include "models/family.h"
#include "models/service.h"

namespace models {

class Policy : public Service {
public:
    static constexpr std::string_view family = "policies";
    static constexpr std::string_view family_doc =
        "What a caller does about trouble; they stack in any order.";
};

struct Context;

// The family of call policies. A new one is a file, its line in policies.cpp, a test and a
// scenario.
struct Policies : Family<Policies, Policy, const Context&, Service&> {
    static const List& list();
};
using PolicyChoice = spec::Choice<Policies>;

// Whether a call with these policies may be answered with something that nobody computed for it.
bool makes_up_answers(const std::vector<PolicyChoice>& policies);

}  // namespace models
