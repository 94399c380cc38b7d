// What a caller does about trouble: a service around a service. They stack in any order.
#pragma once

#include "models/service.h"
#include "models/spec/choice.h"

namespace models {

class Policy : public Service {
public:
    static constexpr std::string_view family = "policies";
    static constexpr std::string_view family_doc =
        "What a caller does about trouble; they stack in any order.";
};

// Listed in policies.h: some of its members hold policies themselves.
struct Policies;
using PolicyChoice = spec::Choice<Policies>;

}  // namespace models
