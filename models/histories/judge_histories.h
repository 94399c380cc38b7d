// After the run: which promises were broken, as figures and events of the recording.
#pragma once

#include "models/histories/history.h"
#include "models/histories/history_spec.h"
#include "sim/recording.h"

namespace models {

void judge_histories(const Histories& histories, const HistorySpec& spec,
                     sim::Recording& recording);

}  // namespace models
