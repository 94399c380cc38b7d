// drawn.json: what the charts of a run draw beyond run.json ("spate.drawn/1"). With the two of them
// a run's report can be made again at any time.
//
// Numbers have five digits, latencies are in milliseconds, null is nothing to say.
#pragma once

#include <string>

#include "reports/drawn.h"

namespace reports {

std::string drawn_json(const Drawn& drawn, const Summary& summary, const std::string& about);

}  // namespace reports
