// The family of autoscalers. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/autoscalers/fixed.h"
#include "models/autoscalers/hpa/hpa.h"
#include "models/family.h"

namespace models {

using Autoscalers = Family<Autoscaler, Fixed, Hpa>;
using AutoscalerChoice = spec::Choice<Autoscalers>;

}  // namespace models

namespace models::spec {

// Compiled once, in autoscalers.cpp.
extern template struct Codec<AutoscalerChoice>;

}  // namespace models::spec
