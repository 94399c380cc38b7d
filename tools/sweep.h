// How a sweep ends, wherever its runs were played.
#pragma once

#include "tools/experiment.h"

namespace tools {

// Writes and prints what `asked` wants of all that was played; the exit code.
int tell_sweep(const ExperimentAsked& asked, const Experiment& experiment, const Replicas& replicas,
               double wall_s);

}  // namespace tools
