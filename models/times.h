// A time that is drawn, as steps and services have them.
#pragma once

#include "models/spec/declaration/spec.h"

namespace models {

using Times = spec::Distribution<sim::Duration>;

}  // namespace models
