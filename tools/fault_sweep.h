// spate sweep --faults: the smallest failures that break an objective.
#pragma once

#include <string>

#include "tools/command.h"
#include "tools/fault_list.h"
#include "tools/fault_plays.h"
#include "tools/subject.h"

namespace tools {

struct FaultSweepAsked {
    SubjectArguments wanted;
    FaultsWanted faults;
    FaultTimes times;
    std::string goal;  // empty: what the scenario expects
    std::uint64_t seed = 42;
    std::uint32_t seeds = 1;
    Play play;
    bool wants_json = false;
};

int sweep_faults(const FaultSweepAsked& asked);

}  // namespace tools
