// A HorizontalPodAutoscaler's spec in the words of autoscalers.hpa.
#pragma once

#include <cstdint>

#include "models/spec/json/json.h"
#include "tools/import/keys.h"

namespace tools::imports {

models::spec::Json hpa_of(const models::spec::Json& spec, Reading& reading);

// The number of replicas, within the autoscaler's bounds.
std::uint64_t within_bounds(std::uint64_t replicas, const models::spec::Json& autoscaler);

}  // namespace tools::imports
