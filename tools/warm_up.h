// --warm-up auto: a pilot run of each variant, cut where MSER-5 says
// (reports/statistics/warm_up.h).
#pragma once

#include <string>

#include "tools/replicas.h"
#include "tools/variants.h"

namespace tools {

struct WarmUpEnd {
    PlayEnd play;
    std::string note;
};

// Sets every variant's warm-up to the longest that any of them needs, so that all are asked for the
// same in the same time. What is measured stays as long.
WarmUpEnd cut_warm_up(Variants& variants, const ReplicasAsked& asked);

}  // namespace tools
