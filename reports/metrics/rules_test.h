// A unit test for a user's own alert rules, made of what a run counted: promtool test rules plays
// the rules against the simulated incident.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/metrics/metrics.h"

namespace reports {

// PromQL that has a value without labels at a time since the run began.
struct ExpectedValue {
    std::string expr;
    double at_s = 0;
    double value = 1;
};

// "HighErrorRate" is to be firing, or not to be, so long after the run began.
struct ExpectedAlert {
    std::string alert;
    double at_s = 0;
    bool fires = true;
};

struct RulesTest {
    std::string rules_file;  // as promtool is to find it, beside the test; empty for none
    std::string named;       // text of rules and expressions: only metrics that it names are needed
    std::vector<ExpectedValue> expected;
};

ExpectedValue expectation_of(const ExpectedAlert& alert);

// YAML. None when no metric of the run is named.
std::optional<std::string> rules_test_yaml(const Metrics& metrics, const RulesTest& test);

}  // namespace reports
