// What a scenario expects as a suite of tests, in the XML that CI servers read (JUnit's).
#pragma once

#include <span>
#include <string>

#include "reports/render/run_json.h"
#include "reports/verdict.h"

namespace reports {

// A test case for each expectation; without any, one that says the scenario could be played.
std::string junit_xml(const ScenarioInfo& info, std::span<const Verdict> verdicts, double wall_s);

}  // namespace reports
