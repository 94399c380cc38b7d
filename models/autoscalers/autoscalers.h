// The family of autoscalers. A new one is a file, its line in autoscalers.cpp, a test and a
// scenario.
#pragma once

#include "models/autoscalers/autoscaler.h"
#include "models/family.h"
#include "models/node_kind.h"

namespace models {

struct Autoscalers : Family<Autoscalers, Autoscaler, const Context&> {
    static const List& list();

    // Readings of nodes that the one chosen follows; pointers from where it is chosen.
    static std::vector<FollowedReading> followed_by(const spec::Choice<Autoscalers>& choice);
};
using AutoscalerChoice = spec::Choice<Autoscalers>;

}  // namespace models
