// What differs between two finished runs, from what they wrote down.
#pragma once

#include <string>

#include "models/spec/documents/differences.h"
#include "models/spec/json/json.h"
#include "reports/run_difference.h"

namespace tools {

// A run that was read.
struct FinishedRun {
    std::string folder;
    models::spec::Json json;   // run.json
    std::string replications;  // the text of replications.csv; empty without
};

reports::RunDifference difference_of(const FinishedRun& before, const FinishedRun& after);

// What differs between two scenarios, as they are resolved.
std::vector<reports::Change> scenario_changes(const models::spec::Json& before,
                                              const models::spec::Json& after);

}  // namespace tools
