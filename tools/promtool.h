// Prometheus' own promtool, which says what PromQL says about a run: a reader that we did not
// write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/metrics/metrics.h"

namespace tools {

// A statement in PromQL about one moment of a run: its value is to be 1, as `bool` makes it.
struct Statement {
    std::string expr;
    double at_s = 0;  // since the run began
};

bool has_promtool();

// The statements that are not 1, in promtool's words; none when promtool could not be run.
std::optional<std::vector<std::string>> refuted(const reports::Metrics& metrics,
                                                const std::vector<Statement>& statements);

}  // namespace tools
