// The summary in a terminal: thresholds first, then what users saw, then a line a node.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/render/run_json.h"
#include "reports/summary.h"
#include "reports/verdict.h"

namespace reports {

std::string text_report(const ScenarioInfo& scenario, const Summary& summary,
                        const std::vector<Verdict>& verdicts, double wall_s, bool colour);

}  // namespace reports
