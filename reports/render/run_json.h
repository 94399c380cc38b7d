// run.json: a run's figures for other programs ("spate.run/1").
#pragma once

#include <string>
#include <vector>

#include "reports/summary.h"
#include "reports/verdict.h"

namespace reports {

// What theory says of a node, beside what was measured.
struct TheoryLine {
    std::string node;
    std::string quantity;  // snake_case
    std::string unit;      // as a measure's: "1" is a share, "s" a time
    double predicted = 0;
    double measured = 0;
    std::string why_not;  // why the two cannot be equal; empty when they should be
};

// What a report says of the scenario itself.
struct ScenarioInfo {
    std::string name;
    std::string about;
    std::string file;
    std::string sha256;
    std::string resolved;   // JSON; only run_json reads it
    std::string partial{};  // why the run was stopped early; empty: it is whole
    std::vector<TheoryLine> theory = {};
};

// Two runs of one scenario and seed differ in `wall_s` only.
std::string run_json(const ScenarioInfo& scenario, const Summary& summary,
                     const std::vector<Verdict>& verdicts, const std::string& version,
                     double wall_s);

}  // namespace reports
