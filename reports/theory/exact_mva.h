// Exact mean-value analysis of closed classes, population by population (M. Reiser, S. S.
// Lavenberg, JACM 1980): who arrives finds the station as it is without him. Stations may have
// several servers, for which the chances of 0 to c - 1 requests there are kept.
#pragma once

#include <vector>

#include "reports/theory/network.h"

namespace reports {

// Time and memory: exact_steps(network) * sum of servers.
std::vector<ClassSolution> exact_mva(const std::vector<Station>& stations,
                                     const std::vector<ClosedClass>& classes);

}  // namespace reports
