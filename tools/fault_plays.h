// When played failures strike, and the scenario with these and no others.
#pragma once

#include <optional>
#include <string>

#include "models/topology/load.h"
#include "reports/time_window.h"

namespace tools {

// As the command line has it.
struct FaultTimes {
    std::string at;
    std::string lasts;
    bool throughout = false;
};

// When all of them strike, and for how long; as people write it.
struct FaultsWhen {
    std::string at;
    std::string lasts;
    reports::TimeWindow window;
};

// None after a complaint.
std::optional<FaultsWhen> when_of(const FaultTimes& options, const models::RunSpec& run);

// The scenario with these failures and no others, and nobody who calls them off; none after a
// complaint.
std::optional<models::Loaded> load_with(const models::ScenarioSource& source,
                                        const models::spec::Json& failures, bool has_game_day);

}  // namespace tools
