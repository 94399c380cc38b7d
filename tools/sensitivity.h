// Sensitivity, one at a time: a scenario as it is, and with each of its assumptions a share lower
// and higher, everything else as it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/comparison.h"
#include "tools/variants.h"

namespace tools {

struct MovedInput {
    std::string name;   // "think time -20 %"; "as it is"
    std::string input;  // "think time"; empty as it is
    std::vector<Variation> settings;
};

// As it is first, then each input lower and higher. None, with what is wrong, for a person.
std::optional<std::vector<MovedInput>> moved_inputs(const models::ScenarioSource& source,
                                                    double share, std::string& problem);

// Which input moves each figure most, and which moves none: a sentence each.
std::vector<std::string> what_moved(const reports::Comparison& comparison,
                                    const std::vector<std::string>& inputs);

}  // namespace tools
