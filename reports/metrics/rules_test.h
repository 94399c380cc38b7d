// A unit test for a user's own alert rules, made of what a run counted: promtool test rules plays
// the rules against the simulated incident.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/metrics/metrics.h"

namespace reports {

// "HighErrorRate" is to be firing, or not to be, so long after the run began.
struct ExpectedAlert {
    std::string alert;
    double at_s = 0;
    bool fires = true;
};

struct RulesTest {
    std::string rules_file;  // as promtool is to find it, beside the test
    std::string rules;       // its text: only metrics that it names are needed
    std::vector<ExpectedAlert> expected;
};

// YAML. None when the rules name no metric of the run.
std::optional<std::string> rules_test_yaml(const Metrics& metrics, const RulesTest& test);

}  // namespace reports
