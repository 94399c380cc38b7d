// What a balancer uses that is paid for.
#pragma once

#include "models/prices/usages.h"

namespace models {

inline constexpr sim::UsageRow kBalancerUnits =
    usage("balancer_units", UsageUnit::hours,
          "Use of a managed balancer: hours of units of `unit_rate` requests a second.");
inline constexpr std::array kPoolUsages = {kInstanceHours, kBalancerUnits};

}  // namespace models
