// The family of arrival processes. A new one is a file, its line here, a test and a scenario.
#pragma once

#include <variant>

#include "models/clients/arrivals/bursts.h"
#include "models/clients/arrivals/constant.h"
#include "models/clients/arrivals/mmpp.h"
#include "models/clients/arrivals/on_off.h"
#include "models/clients/arrivals/poisson.h"
#include "models/clients/arrivals/renewal.h"
#include "models/family.h"

namespace models {

using Arrivals = Family<ArrivalProcess, PoissonArrivals, ConstantArrivals, RenewalArrivals,
                        OnOffArrivals, MmppArrivals, BurstArrivals>;
using ArrivalChoice = spec::Choice<Arrivals>;

// Whether the process says by itself when requests come, so that a rate means nothing to it.
inline bool has_own_times(const ArrivalChoice& choice) {
    return std::visit(
        [](const auto& spec) {
            return requires {
                spec.has_own_times;
            };
        },
        choice.spec);
}

}  // namespace models

namespace models::spec {

// Compiled once, in arrivals.cpp.
extern template struct Codec<ArrivalChoice>;

}  // namespace models::spec
