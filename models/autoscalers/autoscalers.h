// The family of autoscalers. A new one is a file, its line in autoscalers.cpp, a test and a
// scenario.
#pragma once

#include "models/autoscalers/autoscaler.h"
#include "models/family.h"

namespace models {

struct Autoscalers : Family<Autoscalers, Autoscaler, const Context&> {
    static const List& list();
};
using AutoscalerChoice = spec::Choice<Autoscalers>;

}  // namespace models
