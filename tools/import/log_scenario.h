// A scenario of an access log: clients that send what was logged, and a server that is known by its
// answers alone.
#pragma once

#include <string>

#include "tools/import/access_lines.h"
#include "tools/import/scenario_maker.h"
#include "tools/import/system.h"

namespace tools::imports {

struct MadeLogScenario {
    MadeScenario scenario;
    std::string requests;  // a CSV trace of all of them; empty where they are not replayed
};

// `beside`: the file's name beside the scenario that clients replay; empty: a law is fitted to the
// arrivals.
MadeLogScenario make_log_scenario(const LoggedRequests& log, System& system,
                                  const std::string& name, const std::string& schema,
                                  const std::string& beside);

}  // namespace tools::imports
