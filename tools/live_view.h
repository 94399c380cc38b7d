// What goes on in a run while it is played: `spate run --watch`.
#pragma once

#include <memory>
#include <span>

#include "tools/progress.h"

namespace tools {

// Redrawn in place on a terminal; elsewhere a line now and then. Of several runs the first that is
// under way is looked at.
std::unique_ptr<Display> live_view(std::span<const Run> runs);

}  // namespace tools
