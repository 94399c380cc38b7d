// When a run began, for files whose readers want a date: metrics, logs and traces.
#pragma once

#include <optional>
#include <string>

#include "models/topology/scenario.h"

namespace tools {

// Seconds since 1970 at the start of a run. `asked` is what --epoch was given: nothing (what the
// scenario's calendar shows at the start, so that a run gives the same bytes tomorrow), a date,
// seconds, or "now" for a run that ends now. None, after a complaint, when it is none of these.
std::optional<double> epoch_of(const std::string& asked, const models::RunSpec& run);

}  // namespace tools
