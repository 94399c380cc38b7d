// A time that is drawn, as steps and services have them.
#pragma once

#include "models/spec/declaration/spec.h"

namespace models {

using Times = spec::Distribution<sim::Duration>;

// What a struct with a latency of its own says of the calls within it.
inline spec::Around around_way(const Times& latency) {
    return {.is_survivable = {}, .has_own_latency = latency.build().mean() > 0};
}

}  // namespace models
