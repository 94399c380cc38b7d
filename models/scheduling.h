// How cores share their work, as scenarios say it.
#pragma once

#include <array>

#include "models/spec/declaration/spec.h"
#include "sim/cpu.h"

namespace sim {

// The words for it in a scenario.
constexpr auto names_of(Discipline) {
    return std::array{
        models::spec::Word{"fcfs", Discipline::fcfs, "First come, first served."},
        models::spec::Word{
            "processor_sharing", Discipline::processor_sharing,
            "Processor sharing: all at once, each with an equal share of the cores."}};
}

}  // namespace sim
